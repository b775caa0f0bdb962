package io.charlstm.bindings.cuda;

import io.charlstm.bindings.NativeException;
import io.charlstm.bindings.cuda.CudaLibraries.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a user wants to know when the GPU is not used. */
final class CudaFindings {
  private CudaFindings() {}

  static List<LibraryFinding> collect() {
    List<LibraryFinding> findings = new ArrayList<>();
    for (CudaLibrary library : CudaLibrary.values()) {
      findings.add(finding(library));
    }
    if (CudaLibraries.open(CudaLibrary.DRIVER).isOpen()
        && CudaLibraries.open(CudaLibrary.RUNTIME).isOpen()) {
      addDevices(findings);
    }
    return List.copyOf(findings);
  }

  private static LibraryFinding finding(CudaLibrary library) {
    Outcome outcome = CudaLibraries.open(library);
    return new LibraryFinding(
        library.title(),
        Optional.ofNullable(outcome.path()),
        outcome.isOpen() ? CudaVersions.of(library) : "",
        Optional.ofNullable(outcome.problem()),
        Optional.ofNullable(outcome.cure()));
  }

  private static void addDevices(List<LibraryFinding> findings) {
    try {
      int count = CudaDevice.count();
      for (int i = 0; i < count; i++) {
        CudaDevice device = CudaDevice.withoutCheck(i);
        int capability = device.computeCapability();
        findings.add(
            new LibraryFinding(
                "GPU " + i,
                Optional.empty(),
                device.name()
                    + ", compute capability "
                    + capability / 10
                    + "."
                    + capability % 10
                    + ", "
                    + device.multiprocessors()
                    + " multiprocessors",
                Optional.empty(),
                Optional.empty()));
      }
    } catch (NativeException e) {
      findings.add(
          new LibraryFinding(
              "GPU",
              Optional.empty(),
              "",
              Optional.of(e.getMessage()),
              Optional.of("check that nvidia-smi lists the GPU")));
    }
  }
}
