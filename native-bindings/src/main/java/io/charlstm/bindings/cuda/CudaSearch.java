package io.charlstm.bindings.cuda;

import io.charlstm.bindings.cuda.CudaFiles.Located;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Chooses the files to open from the folders that may hold them; opens none. */
final class CudaSearch {
  /** The versions of CUDA whose functions are known to be the ones bound, the preferred first. */
  private static final List<Integer> MAJORS = List.of(13, 12);

  private static final List<CudaLibrary> VERSIONED =
      List.of(CudaLibrary.RUNTIME, CudaLibrary.NVRTC, CudaLibrary.CUBLASLT);

  /** Folders that a message names; more are counted. */
  private static final int MOST_NAMED = 3;

  private final CudaFileNames names;
  private final List<Path> folders;

  CudaSearch(CudaFileNames names, List<Path> folders) {
    this.names = names;
    this.folders = folders;
  }

  /** The driver's file, if a folder has it; the system's loader may know it otherwise. */
  Optional<Path> driver() {
    return first(Pattern.compile(Pattern.quote(names.driver())));
  }

  /**
   * Finds the libraries of one major version: of the one that has most of them, and of the one
   * found in the earlier folder when two have the same number.
   *
   * @param newestMajor what the driver supports; versions above are taken only when there are no
   *     others
   */
  CudaFiles find(int newestMajor) {
    CudaFiles best = null;
    for (int major : MAJORS) {
      CudaFiles files = find(major, newestMajor);
      if (best == null || isBetter(files, best)) {
        best = files;
      }
    }
    return best.major() == 0 ? withoutAny(best.located()) : best;
  }

  /** Says for each library that none of its versions is there. */
  private CudaFiles withoutAny(Map<CudaLibrary, Located> located) {
    for (CudaLibrary library : VERSIONED) {
      String files =
          MAJORS.stream()
              .map(major -> readable(names.versioned(library, major)))
              .collect(Collectors.joining(" or "));
      located.put(library, Located.missing("no " + files + searched()));
    }
    return new CudaFiles(0, located);
  }

  private CudaFiles find(int major, int newestMajor) {
    Map<CudaLibrary, Located> located = new EnumMap<>(CudaLibrary.class);
    for (CudaLibrary library : VERSIONED) {
      located.put(library, versioned(library, major, newestMajor));
    }
    located.put(CudaLibrary.CUDNN, cudnn());
    located.put(CudaLibrary.NCCL, nccl());
    boolean any = VERSIONED.stream().anyMatch(library -> located.get(library).file() != null);
    return new CudaFiles(any ? major : 0, located);
  }

  private boolean isBetter(CudaFiles files, CudaFiles best) {
    int order = Long.compare(found(files), found(best));
    if (order == 0) {
      order = Long.compare(present(files), present(best));
    }
    return order > 0 || (order == 0 && firstFolder(files) < firstFolder(best));
  }

  private static long found(CudaFiles files) {
    return VERSIONED.stream().filter(library -> files.get(library).problem() == null).count();
  }

  /** As {@link #found}, with what is there but not usable. */
  private static long present(CudaFiles files) {
    return VERSIONED.stream().filter(library -> files.get(library).file() != null).count();
  }

  private int firstFolder(CudaFiles files) {
    Path runtime = files.get(CudaLibrary.RUNTIME).file();
    return runtime == null ? folders.size() : folders.indexOf(runtime.getParent());
  }

  private Located versioned(CudaLibrary library, int major, int newestMajor) {
    Pattern name = names.versioned(library, major);
    Optional<Path> file = first(name);
    if (file.isEmpty()) {
      return Located.missing("no " + readable(name) + searched());
    }
    if (major > newestMajor) {
      return Located.unusable(
          file.get(),
          file.get()
              + " is of CUDA "
              + major
              + ", but the driver supports CUDA "
              + newestMajor
              + " only");
    }
    return library == CudaLibrary.NVRTC ? nvrtc(file.get(), major) : Located.at(file.get());
  }

  private Located nvrtc(Path file, int major) {
    List<Path> builtins = in(file.getParent(), names.nvrtcBuiltins(major));
    if (builtins.isEmpty()) {
      return Located.unusable(
          file, file + " has no " + readable(names.nvrtcBuiltins(major)) + " beside it");
    }
    return new Located(builtins, file, List.of(), null);
  }

  /** All of cuDNN comes from one folder, whole if there is one that has it whole. */
  private Located cudnn() {
    Located incomplete = null;
    for (Path folder : folders) {
      Path front = folder.resolve(names.cudnn());
      if (Files.isRegularFile(front)) {
        Located located = cudnn(folder, front);
        if (located.problem() == null) {
          return located;
        }
        incomplete = incomplete == null ? located : incomplete;
      }
    }
    return incomplete != null ? incomplete : Located.missing("no " + names.cudnn() + searched());
  }

  private Located cudnn(Path folder, Path front) {
    List<Path> parts = new ArrayList<>();
    for (String part : CudaFileNames.CUDNN_PARTS) {
      Path file = folder.resolve(names.cudnnPart(part));
      if (!Files.isRegularFile(file)) {
        // Opened without this part, cuDNN ends the process at the first call that needs it.
        return Located.unusable(front, front + " lacks its part " + file.getFileName());
      }
      parts.add(file);
    }
    List<Path> extras = new ArrayList<>(in(folder, names.anyCudnnPart()));
    extras.removeAll(parts);
    return new Located(List.copyOf(parts), front, List.copyOf(extras), null);
  }

  private Located nccl() {
    if (names.nccl().isEmpty()) {
      return Located.missing("NCCL does not exist for this system");
    }
    return first(Pattern.compile(Pattern.quote(names.nccl())))
        .map(Located::at)
        .orElseGet(() -> Located.missing("no " + names.nccl() + searched()));
  }

  private Optional<Path> first(Pattern name) {
    return folders.stream().flatMap(folder -> in(folder, name).stream()).findFirst();
  }

  private static List<Path> in(Path folder, Pattern name) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> name.matcher(file.getFileName().toString()).matches())
          .filter(Files::isRegularFile)
          .sorted(Comparator.reverseOrder())
          .toList();
    } catch (IOException e) {
      return List.of(); // vanished or not readable
    }
  }

  private static String readable(Pattern name) {
    return name.pattern().replace("\\.", ".").replace("\\d+", "*").replace("\\d", "*");
  }

  private String searched() {
    if (folders.isEmpty()) {
      return ": none of the folders to search exists";
    }
    return folders.size() <= MOST_NAMED
        ? " in " + folders.stream().map(Path::toString).collect(Collectors.joining(", "))
        : " in the " + folders.size() + " folders searched";
  }
}
