package io.charlstm.bindings.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.charlstm.bindings.cuda.CudaLibraries.Outcome;
import io.charlstm.bindings.gen.cudriver.CudaDriverApi;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Opens the driver's library: from a folder that the user named, else from where the system's
 * loader or the usual folders have it.
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
    LibraryOpener.Opened opened =
        file.isPresent()
            ? LibraryOpener.open(file.get())
            : LibraryOpener.openByName(names.get().driver());
    if (opened.problem() != null) {
      return new Outcome(file.orElse(null), opened.problem(), Cures.driver());
    }
    return CudaLibraries.register(CudaLibrary.DRIVER, file.orElse(null), opened.symbols());
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
