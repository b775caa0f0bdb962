package io.charlstm.bindings.cuda;

import io.charlstm.bindings.cuda.CudaFiles.Located;
import io.charlstm.bindings.cuda.CudaLibraries.Outcome;
import io.charlstm.bindings.gen.cudnn.CudnnApi;
import io.charlstm.bindings.library.LoadedLibraries;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Opens cuDNN. Its front opens the parts on the first call and ends the process when one is
 * missing, so nothing of it is called before the parts an LSTM needs are open.
 */
final class CudnnLoader {
  private static final int OLDEST = 90000;

  private CudnnLoader() {}

  static Outcome open(Located located) {
    String kind = System.getenv("CUDNN_LIB_CONFIG");
    if (kind != null && kind.toUpperCase(Locale.ROOT).contains("JIT")) {
      return new Outcome(
          null, "CUDNN_LIB_CONFIG=" + kind + " leaves out cuDNN's LSTM", "unset that variable");
    }
    // cuDNN looks for these by name on its own, so the chosen ones have to be there first.
    for (CudaLibrary needed :
        List.of(CudaLibrary.RUNTIME, CudaLibrary.NVRTC, CudaLibrary.CUBLASLT)) {
      CudaLibraries.open(needed);
    }
    Outcome outcome = CudaLibraries.open(CudaLibrary.CUDNN, located);
    return outcome.isOpen() ? checked(outcome) : outcome;
  }

  /** Opens the parts that no LSTM needs but a handle may ask for; their absence is no problem. */
  static void openExtras(Located located) {
    for (Path file : located.extras()) {
      LibraryOpener.open(file);
    }
  }

  private static Outcome checked(Outcome opened) {
    Path file = opened.path();
    if (!LoadedLibraries.isOpen(CudaLibrary.CUDNN.bindings())) {
      return opened;
    }
    long version = CudnnApi.cudnnGetVersion();
    if (version < OLDEST) {
      return new Outcome(
          file, file + " has version number " + version + ", not cuDNN 9", Cures.libraries());
    }
    String mismatch = mismatch();
    if (!mismatch.isEmpty()) {
      return new Outcome(
          file, mismatch + " of cuDNN at " + file + " is of another version", Cures.oneVersion());
    }
    int major = (int) (CudnnApi.cudnnGetCudartVersion() / 1000);
    int chosen = CudaLibraries.files().major();
    if (chosen != 0 && major != chosen) {
      return new Outcome(
          file,
          file + " is for CUDA " + major + ", but the libraries found are of CUDA " + chosen,
          "install cuDNN for CUDA " + chosen + ", or " + Cures.libraries());
    }
    return opened;
  }

  private static String mismatch() {
    int good = CudnnApi.CUDNN_STATUS_SUCCESS();
    if (CudnnApi.cudnnGraphVersionCheck() != good) {
      return "part graph";
    } else if (CudnnApi.cudnnOpsVersionCheck() != good) {
      return "part ops";
    }
    return CudnnApi.cudnnAdvVersionCheck() == good ? "" : "part adv";
  }
}
