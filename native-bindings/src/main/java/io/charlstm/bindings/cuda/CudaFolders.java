package io.charlstm.bindings.cuda;

import io.charlstm.bindings.library.LibraryCache;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The folders that may hold CUDA's libraries, in the order in which they are looked at. With system
 * property {@code charlstm.cuda.path} or environment variable {@code CHARLSTM_CUDA_PATH} they are
 * the folders named there and no others.
 */
final class CudaFolders {
  static final String PROPERTY = "charlstm.cuda.path";
  static final String VARIABLE = "CHARLSTM_CUDA_PATH";

  /** Where a toolkit, an environment or a folder of wheels keeps its libraries. */
  private static final List<String> LAYOUTS =
      List.of(
          "",
          "lib64",
          "lib",
          "bin",
          "bin/x64",
          "targets/x86_64-linux/lib",
          "targets/sbsa-linux/lib");

  private final Set<Path> folders = new LinkedHashSet<>();
  private final Map<String, String> environment;
  private final Path root;

  private CudaFolders(Map<String, String> environment, Path root) {
    this.environment = environment;
    this.root = root;
  }

  /**
   * The existing folders.
   *
   * @param chosen the folders named by the user, separated as in a class path; null or blank for
   *     none
   * @param cache the project's own cache folder
   * @param root of the file system, for the system's folders
   */
  static List<Path> find(String chosen, Path cache, Map<String, String> environment, Path root) {
    CudaFolders search = new CudaFolders(environment, root);
    if (isSet(chosen)) {
      search.addChosen(chosen);
    } else {
      search.addUsual(cache);
    }
    return List.copyOf(search.folders);
  }

  /** As {@link #find}, of this process. */
  static List<Path> find() {
    return find(chosen(), LibraryCache.folder(), System.getenv(), Path.of("/"));
  }

  /** The folders named by the user; null for none. */
  static String chosen() {
    return System.getProperty(PROPERTY, System.getenv(VARIABLE));
  }

  static boolean isSet(String value) {
    return value != null && !value.isBlank();
  }

  private void addChosen(String chosen) {
    for (Path folder : paths(chosen)) {
      addLayouts(folder);
      addWheels(folder);
      addChildren(folder, "*", "lib");
    }
  }

  private void addUsual(Path cache) {
    addChildren(cache.resolve("cuda"), "*", "");
    for (String variable : List.of("CUDA_HOME", "CUDA_PATH")) {
      paths(environment.get(variable)).forEach(this::addLayouts);
    }
    paths(environment.get("LD_LIBRARY_PATH")).forEach(this::add);
    paths(environment.get("PATH")).stream()
        .filter(_ -> File.pathSeparatorChar == ';') // Windows looks for libraries there
        .forEach(this::add);
    addLayouts(root.resolve("usr/local/cuda"));
    addChildren(root.resolve("usr/local"), "cuda-*", "lib64");
    for (String folder :
        List.of(
            "usr/lib/x86_64-linux-gnu",
            "usr/lib/aarch64-linux-gnu",
            "usr/lib64",
            "usr/lib/wsl/lib")) {
      add(root.resolve(folder));
    }
    paths(environment.get("CONDA_PREFIX")).forEach(this::addPython);
    paths(environment.get("VIRTUAL_ENV")).forEach(this::addPython);
    paths(environment.get("HOME")).forEach(home -> addPython(home.resolve(".local")));
    addPython(root.resolve("usr/local"));
  }

  /** A Python installation's library folder and the wheels in its packages. */
  private void addPython(Path prefix) {
    add(prefix.resolve("lib"));
    for (Path python : children(prefix.resolve("lib"), "python3*")) {
      addWheels(python.resolve("site-packages"));
      addWheels(python.resolve("dist-packages"));
    }
  }

  /** NVIDIA's wheels: nvidia/cudnn/lib, nvidia/cublas/lib, or nvidia/cu13/lib for many at once. */
  private void addWheels(Path packages) {
    addChildren(packages.resolve("nvidia"), "*", "lib");
  }

  private void addLayouts(Path folder) {
    LAYOUTS.forEach(layout -> add(folder.resolve(layout)));
  }

  private void addChildren(Path folder, String pattern, String below) {
    children(folder, pattern).forEach(child -> add(child.resolve(below)));
  }

  /** Stubs are for linking only: they load, and fail at every call. */
  private void add(Path folder) {
    if (Files.isDirectory(folder) && !folder.endsWith("stubs")) {
      folders.add(folder.toAbsolutePath().normalize());
    }
  }

  /** The newest first, as far as names tell. */
  private static List<Path> children(Path folder, String pattern) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder, pattern)) {
      stream.forEach(found::add);
    } catch (IOException e) {
      return List.of(); // not readable, so nothing can be loaded from there
    }
    found.sort(Comparator.comparing(Path::toString, CudaFolders::compareVersions).reversed());
    return found;
  }

  /** Orders 12.10 after 12.9: numbers by value, everything else by character. */
  static int compareVersions(String a, String b) {
    String[] left = a.split("(?<=\\d)(?=\\D)|(?<=\\D)(?=\\d)", -1);
    String[] right = b.split("(?<=\\d)(?=\\D)|(?<=\\D)(?=\\d)", -1);
    for (int i = 0; i < Math.min(left.length, right.length); i++) {
      boolean numbers = left[i].matches("\\d{1,9}") && right[i].matches("\\d{1,9}");
      int order =
          numbers
              ? Integer.compare(Integer.parseInt(left[i]), Integer.parseInt(right[i]))
              : left[i].compareTo(right[i]);
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(left.length, right.length);
  }

  private static List<Path> paths(String list) {
    List<Path> paths = new ArrayList<>();
    if (isSet(list)) {
      for (String entry : list.split(File.pathSeparator, -1)) {
        try {
          if (!entry.isBlank()) {
            paths.add(Path.of(entry));
          }
        } catch (InvalidPathException e) {
          // no folder has such a name
        }
      }
    }
    return paths;
  }
}
