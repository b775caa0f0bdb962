package io.charlstm.bindings.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.charlstm.bindings.cuda.CudaLibraries.Outcome;
import io.charlstm.bindings.gen.cudriver.CudaDriverApi;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Opens the driver's library: from a folder that the user named, else the one that the system's
 * loader finds, which the CUDA runtime would take too, else from one of the usual folders.
 */
final class DriverLoader {
  private DriverLoader() {}

  static Outcome open() {
    Optional<CudaFileNames> names = CudaFileNames.of(System.getProperty("os.name"));
    if (names.isEmpty()) {
      String system = System.getProperty("os.name");
      return new Outcome(null, "CUDA does not exist for " + system, "use the CPU");
    }
    // A folder of CUDA's libraries has no driver as a rule, so the system's one is the second try
    // also when the user named folders.
    Optional<Path> file = new CudaSearch(names.get(), CudaFolders.find()).driver();
    if (file.isPresent() && CudaFolders.isSet(CudaFolders.chosen())) {
      return open(file.get());
    }
    LibraryOpener.Opened system = LibraryOpener.openByName(names.get().driver());
    if (system.problem() == null) {
      Path path = LoadedFiles.find(names.get().driver()).orElse(null);
      return CudaLibraries.register(CudaLibrary.DRIVER, path, system.symbols());
    }
    return file.isPresent() ? open(file.get()) : new Outcome(null, system.problem(), system.cure());
  }

  private static Outcome open(Path file) {
    LibraryOpener.Opened opened = LibraryOpener.open(file);
    return opened.problem() == null
        ? CudaLibraries.register(CudaLibrary.DRIVER, file, opened.symbols())
        : new Outcome(file, opened.problem(), Cures.driver());
  }

  /** The driver's CUDA version times 1000 plus ten times the minor one; 0 when it will not say. */
  static int version() {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment version = scratch.allocate(JAVA_INT);
      return CudaDriverApi.cuDriverGetVersion(version) == CudaDriverApi.CUDA_SUCCESS()
          ? version.get(JAVA_INT, 0)
          : 0;
    }
  }

  static int cudaMajor() {
    return version() / 1000;
  }
}
