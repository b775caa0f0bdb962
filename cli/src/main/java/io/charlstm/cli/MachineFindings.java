package io.charlstm.cli;

import io.charlstm.bindings.onednn.OneDnn;
import io.charlstm.data.DatasetInfo;
import io.charlstm.data.Datasets;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Looks at the machine on behalf of {@code doctor}. */
final class MachineFindings {
  private static final int JAVA_FEATURE = 25;
  private static final String VECTOR_MODULE = "jdk.incubator.vector";
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
  private static final Path HUGE_PAGES = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");
  private static final Pattern WORDS = Pattern.compile("\\s+");
  private static final Set<String> TELLING_FLAGS =
      Set.of(
          "avx2",
          "fma",
          "avx512f",
          "avx512bw",
          "avx512_bf16",
          "avx512_vnni",
          "avx512_fp16",
          "amx_tile",
          "amx_bf16",
          "asimd",
          "sve",
          "bf16");

  private MachineFindings() {}

  /** Everything, in the order in which it is shown. */
  static List<Finding> all() {
    List<Finding> findings = new ArrayList<>();
    findings.add(jdk());
    findings.add(vectorModule());
    findings.add(cpu());
    findings.add(oneDnn());
    findings.add(memory());
    findings.add(hugePages());
    findings.add(corpora());
    findings.addAll(GpuFindings.all());
    return findings;
  }

  private static Finding jdk() {
    String detail =
        Runtime.version()
            + " ("
            + System.getProperty("java.vendor")
            + ") at "
            + System.getProperty("java.home");
    return Runtime.version().feature() >= JAVA_FEATURE
        ? Finding.good("jdk", detail)
        : Finding.bad("jdk", detail, "install a JDK 25 and set JAVA_HOME to its folder");
  }

  private static Finding vectorModule() {
    return ModuleFinder.ofSystem().find(VECTOR_MODULE).isPresent()
        ? Finding.good("vector", VECTOR_MODULE + " is in this JDK")
        : Finding.bad("vector", VECTOR_MODULE + " is not in this JDK", "use a complete JDK 25");
  }

  private static Finding cpu() {
    var detail = new StringBuilder();
    detail.append(System.getProperty("os.name")).append(' ').append(System.getProperty("os.arch"));
    detail.append(", ").append(Runtime.getRuntime().availableProcessors()).append(" processors");
    String flags = flags();
    return Finding.good("cpu", flags.isEmpty() ? detail.toString() : detail + ", " + flags);
  }

  private static String flags() {
    Set<String> found = new TreeSet<>();
    for (String line : lines(CPU_INFO)) {
      if (line.startsWith("model name") && found.isEmpty()) {
        found.add(line.substring(line.indexOf(':') + 1).strip());
      }
      if (line.startsWith("flags") || line.startsWith("Features")) {
        WORDS.splitAsStream(line).filter(TELLING_FLAGS::contains).forEach(found::add);
        break;
      }
    }
    return String.join(" ", found);
  }

  private static Finding oneDnn() {
    if (!OneDnn.isAvailable()) {
      return Finding.bad("onednn", "not usable", String.join("; ", OneDnn.unavailableReasons()));
    }
    OneDnn library = OneDnn.get();
    return Finding.good(
        "onednn",
        "version " + library.version() + ", " + library.cpuIsa() + ", " + library.libraryPath());
  }

  private static Finding corpora() {
    String present =
        Datasets.standard().list().stream()
            .filter(DatasetInfo::present)
            .map(DatasetInfo::name)
            .collect(Collectors.joining(", "));
    String here = present.isEmpty() ? "no dataset is here yet" : "here: " + present;
    return Finding.good("datasets", here + "; cache " + Datasets.defaultCache());
  }

  private static Finding memory() {
    String heap = mebibytes(Runtime.getRuntime().maxMemory()) + " MiB of Java heap";
    if (ManagementFactory.getOperatingSystemMXBean()
        instanceof com.sun.management.OperatingSystemMXBean machine) {
      return Finding.good(
          "memory",
          String.format(
              Locale.ROOT,
              "%d MiB, %d MiB free, %s",
              mebibytes(machine.getTotalMemorySize()),
              mebibytes(machine.getFreeMemorySize()),
              heap));
    }
    return Finding.good("memory", heap);
  }

  private static Finding hugePages() {
    List<String> setting = lines(HUGE_PAGES);
    return Finding.good(
        "huge-pages", setting.isEmpty() ? "not known on this system" : setting.getFirst());
  }

  private static long mebibytes(long bytes) {
    return bytes >> 20;
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException absent) {
      return List.of();
    }
  }
}
