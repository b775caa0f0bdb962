package io.charlstm.bindings.cuda;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The files of one CUDA stack, all of one major version of CUDA.
 *
 * @param major 12 or 13; 0 when there is no library that tells
 */
record CudaFiles(int major, Map<CudaLibrary, Located> located) {
  /**
   * Where a library is.
   *
   * @param before files to open first, in this order
   * @param file null when it was not found
   * @param extras files to open if possible, for which nothing depends on success
   * @param problem null when there is none
   */
  record Located(List<Path> before, Path file, List<Path> extras, String problem) {
    static Located at(Path file) {
      return new Located(List.of(), file, List.of(), null);
    }

    /** Found, but not to be opened. */
    static Located unusable(Path file, String problem) {
      return new Located(List.of(), file, List.of(), problem);
    }

    static Located missing(String problem) {
      return new Located(List.of(), null, List.of(), problem);
    }
  }

  /** Where CUDA does not exist. */
  static CudaFiles none() {
    Located missing = Located.missing("CUDA does not exist for this system");
    Map<CudaLibrary, Located> all = new EnumMap<>(CudaLibrary.class);
    for (CudaLibrary library : CudaLibrary.values()) {
      all.put(library, missing);
    }
    return new CudaFiles(0, all);
  }

  Located get(CudaLibrary library) {
    return located.get(library);
  }
}
