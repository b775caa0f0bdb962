package io.charlstm.bindings.cuda;

import io.charlstm.bindings.NativeException;
import io.charlstm.bindings.cuda.CudaFiles.Located;
import io.charlstm.bindings.cuda.CudaLibraries.Outcome;
import java.util.ArrayList;
import java.util.List;

/** Loads the CUDA stack; whatever goes wrong becomes a reason. */
final class CudaStackLoader {
  static final List<CudaLibrary> NEEDED =
      List.of(
          CudaLibrary.DRIVER,
          CudaLibrary.RUNTIME,
          CudaLibrary.NVRTC,
          CudaLibrary.CUBLASLT,
          CudaLibrary.CUDNN);

  private CudaStackLoader() {}

  /** The stack, or null and why not. */
  record Attempt(CudaStack stack, List<String> reasons) {}

  static Attempt attempt() {
    Outcome driver = CudaLibraries.open(CudaLibrary.DRIVER);
    if (!driver.isOpen()) {
      // The other libraries are gigabytes, and of no use without a driver.
      List<String> reasons = new ArrayList<>(List.of(driver.reason()));
      reasons.addAll(missingFiles());
      return new Attempt(null, List.copyOf(reasons));
    }
    List<String> reasons =
        NEEDED.stream()
            .map(CudaLibraries::open)
            .filter(outcome -> !outcome.isOpen())
            .map(Outcome::reason)
            .toList();
    if (!reasons.isEmpty()) {
      return new Attempt(null, reasons);
    }
    try {
      int devices = CudaDevice.count();
      if (devices < 1) {
        return new Attempt(null, List.of("the driver sees no GPU: check nvidia-smi"));
      }
      CudnnLoader.openExtras(CudaLibraries.files().get(CudaLibrary.CUDNN));
      return new Attempt(new CudaStack(devices), List.of());
    } catch (NativeException e) {
      return new Attempt(null, List.of(e.getMessage()));
    }
  }

  private static List<String> missingFiles() {
    List<String> problems = new ArrayList<>();
    for (CudaLibrary library : NEEDED) {
      Located located = CudaLibraries.files().get(library);
      if (located != null && located.problem() != null) {
        problems.add(located.problem());
      }
    }
    if (!problems.isEmpty()) {
      String last = problems.removeLast();
      problems.add(last + ": " + Cures.libraries());
    }
    return problems;
  }
}
