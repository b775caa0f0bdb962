package io.charlstm.bindings.cuda;

import io.charlstm.bindings.NativeLibraryException;
import io.charlstm.bindings.cuda.CudaFiles.Located;
import io.charlstm.bindings.library.LoadedLibraries;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The libraries of the CUDA stack in this process: each opened when it is first required, by
 * absolute path and never unloaded, or the stored reason why it could not be. Part of them work
 * without a GPU and without a driver: NVRTC compiles, cuDNN checks descriptors.
 */
public final class CudaLibraries {
  private static final Map<CudaLibrary, Outcome> OUTCOMES = new EnumMap<>(CudaLibrary.class);
  private static CudaFiles files;

  private CudaLibraries() {}

  /**
   * What became of a library.
   *
   * @param path null when it was not found, or when the system's loader found it
   * @param problem null when it is open
   * @param cure null when there is no problem
   */
  record Outcome(Path path, String problem, String cure) {
    boolean isOpen() {
      return problem == null;
    }

    String reason() {
      return problem + ": " + cure;
    }
  }

  /**
   * Opens a library, if that was not done yet, and what it needs before.
   *
   * @throws NativeLibraryException with the reason and its cure when it is not usable here
   */
  public static void require(CudaLibrary library) {
    Outcome outcome = open(library);
    if (!outcome.isOpen()) {
      throw new NativeLibraryException(library.title(), List.of(outcome.reason()));
    }
  }

  /** Opens a library as {@link #require} does; empty when it is open, else why it is not. */
  public static Optional<String> problem(CudaLibrary library) {
    Outcome outcome = open(library);
    return outcome.isOpen() ? Optional.empty() : Optional.of(outcome.reason());
  }

  /** The major version of CUDA that all libraries are of; 0 when none was found. */
  public static int cudaMajor() {
    return files().major();
  }

  static synchronized Outcome open(CudaLibrary library) {
    Outcome known = OUTCOMES.get(library);
    if (known != null) {
      return known;
    }
    Outcome outcome =
        switch (library) {
          case DRIVER -> DriverLoader.open();
          case CUDNN -> CudnnLoader.open(files().get(library));
          case RUNTIME, NVRTC, CUBLASLT, NCCL -> open(library, files().get(library));
        };
    OUTCOMES.put(library, outcome);
    return outcome;
  }

  /** Which files the libraries are; the choice of their version asks the driver for its own. */
  static synchronized CudaFiles files() {
    if (files == null) {
      int newestMajor = open(CudaLibrary.DRIVER).isOpen() ? DriverLoader.cudaMajor() : 0;
      files =
          CudaFileNames.of(System.getProperty("os.name"))
              .map(names -> new CudaSearch(names, CudaFolders.find()))
              .map(search -> search.find(newestMajor == 0 ? Integer.MAX_VALUE : newestMajor))
              .orElseGet(CudaFiles::none);
    }
    return files;
  }

  /** Opens the files of a library, the ones it needs first. */
  static Outcome open(CudaLibrary library, Located located) {
    if (located.problem() != null) {
      return new Outcome(located.file(), located.problem(), Cures.libraries());
    }
    for (Path file : located.before()) {
      LibraryOpener.Opened opened = LibraryOpener.open(file);
      if (opened.problem() != null) {
        return new Outcome(file, opened.problem(), opened.cure());
      }
    }
    LibraryOpener.Opened opened = LibraryOpener.open(located.file());
    if (opened.problem() != null) {
      return new Outcome(located.file(), opened.problem(), opened.cure());
    }
    return register(library, located.file(), opened.symbols());
  }

  static Outcome register(CudaLibrary library, Path file, SymbolLookup symbols) {
    LoadedLibraries.register(library.bindings(), symbols);
    return new Outcome(file, null, null);
  }
}
