package io.charlstm.bench.report;

import com.sun.management.OperatingSystemMXBean;
import io.charlstm.bindings.onednn.OneDnn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Notes machine and versions in {@code results/machine.csv}, when something is measured.
 *
 * <p>Arguments: folder of the results, folders of jars.
 */
public final class Machine {
  /** Name of the file within the folder of results. */
  static final String FILE = "machine.csv";

  static final List<String> COLUMNS = List.of("what", "value");

  private static final double GIB = 1024.0 * 1024 * 1024;
  private static final Pattern JAR =
      Pattern.compile("(pytorch|mkl|openblas|nd4j-native|deeplearning4j-nn)-(\\d[^/]*?)\\.jar");

  private Machine() {}

  /** Writes the file. */
  public static void main(String[] arguments) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("date", LocalDate.now(ZoneOffset.UTC).toString()));
    rows.add(List.of("processor", processor()));
    rows.add(List.of("processors", Integer.toString(Runtime.getRuntime().availableProcessors())));
    rows.add(List.of("instruction set", OneDnn.get().cpuIsa()));
    rows.add(List.of("memory", memory()));
    rows.add(
        List.of("system", System.getProperty("os.name") + " " + System.getProperty("os.version")));
    rows.add(List.of("Java", plain(System.getProperty("java.vm.version"))));
    rows.add(List.of("oneDNN", OneDnn.get().version()));
    for (String folder : List.of(arguments).subList(1, arguments.length)) {
      addVersions(Path.of(folder), rows);
    }
    Csv.write(Path.of(arguments[0]).resolve(FILE), COLUMNS, rows);
  }

  private static String plain(String text) {
    return text.replace(',', ';').strip();
  }

  private static String memory() {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return String.format(Locale.ROOT, "%.0f GiB", system.getTotalMemorySize() / GIB);
  }

  private static String processor() {
    Path file = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(file)) {
      return System.getProperty("os.arch");
    }
    try (Stream<String> lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> plain(line.substring(line.indexOf(':') + 1)))
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String of(Path folder) {
    return folder.toString().contains("dl4j") ? " (Deeplearning4j's)" : "";
  }

  // From the names of the jars that were on the class paths.
  private static void addVersions(Path folder, List<List<String>> rows) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        Matcher jar = JAR.matcher(file.getFileName().toString());
        if (jar.matches() && !jar.group(2).matches(".*-(linux|redist).*")) {
          rows.add(List.of(jar.group(1) + of(folder), jar.group(2)));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
