package io.charlstm.cli;

import io.charlstm.bindings.NativeException;
import io.charlstm.bindings.cuda.CudaDevice;
import io.charlstm.bindings.cuda.CudaStack;
import io.charlstm.bindings.cuda.LibraryFinding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Looks for GPUs and their libraries on behalf of {@code doctor}. */
final class GpuFindings {
  private static final Path KERNEL_MODULE = Path.of("/proc/driver/nvidia/version");

  private GpuFindings() {}

  /** Whether a GPU can be used, then each library. */
  static List<Finding> all() {
    List<Finding> findings = new ArrayList<>();
    findings.add(usable());
    CudaStack.findings().stream().map(GpuFindings::library).forEach(findings::add);
    return findings;
  }

  private static Finding usable() {
    if (!CudaStack.isAvailable()) {
      return Finding.absent("gpu", "none can be used; --device auto computes on the CPU", "");
    }
    try {
      List<String> devices = new ArrayList<>();
      for (int i = 0; i < CudaDevice.count(); i++) {
        devices.add(memory(i));
      }
      return Finding.good("gpu", String.join("; ", devices) + module());
    } catch (NativeException e) {
      return Finding.absent("gpu", e.getMessage(), "check that nvidia-smi lists the GPU");
    }
  }

  private static String memory(int ordinal) {
    CudaDevice device = CudaDevice.of(ordinal);
    device.makeCurrent();
    return String.format(
        Locale.ROOT,
        "cuda:%d %s, %,d of %,d MiB free",
        ordinal,
        device.name(),
        device.freeMemory() >> 20,
        device.totalMemory() >> 20);
  }

  /** The version of the kernel module, which is the one that NVIDIA's pages speak of. */
  private static String module() {
    try (Stream<String> lines = Files.lines(KERNEL_MODULE)) {
      return lines.findFirst().map(line -> "; " + line.strip()).orElse("");
    } catch (IOException absent) {
      return "";
    }
  }

  private static Finding library(LibraryFinding found) {
    Map<String, String> facts = new LinkedHashMap<>();
    if (!found.version().isEmpty()) {
      facts.put("version", found.version());
    }
    found.path().ifPresent(path -> facts.put("path", path.toString()));
    String detail = String.join(", ", facts.values());
    Finding finding =
        found.problem().isEmpty()
            ? Finding.good(found.library(), detail)
            : Finding.absent(
                found.library(),
                found.problem().get() + (detail.isEmpty() ? "" : " (" + detail + ")"),
                found.cure().orElse(""));
    return finding.withFacts(facts);
  }
}
