package io.charlstm.bindings.library;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A platform that oneDNN's Maven artifact has a jar for.
 *
 * @param classifier the artifact's classifier, and the folder's name inside of its jar
 * @param oneDnnFiles the shared libraries in that folder, dependencies first, oneDNN last
 */
public record Platform(String classifier, List<String> oneDnnFiles) {
  private static final List<Platform> KNOWN =
      List.of(
          new Platform("linux-x86_64", List.of("libgomp.so.1", "libdnnl.so.3")),
          new Platform("linux-arm64", List.of("libgomp.so.1", "libdnnl.so.3")),
          new Platform("macosx-arm64", List.of("libomp.dylib", "libdnnl.3.dylib")),
          new Platform("windows-x86_64", List.of("dnnl.dll")));

  /** The platform this JVM runs on; empty where there is no jar for it. */
  public static Optional<Platform> current() {
    return of(System.getProperty("os.name"), System.getProperty("os.arch"));
  }

  /** As {@link #current()}, from the values of {@code os.name} and {@code os.arch}. */
  static Optional<Platform> of(String osName, String osArch) {
    String system = osName.toLowerCase(Locale.ROOT);
    String os =
        system.startsWith("linux")
            ? "linux"
            : system.startsWith("mac") ? "macosx" : system.startsWith("windows") ? "windows" : "";
    String arch =
        switch (osArch.toLowerCase(Locale.ROOT)) {
          case "amd64", "x86_64" -> "x86_64";
          case "aarch64", "arm64" -> "arm64";
          default -> "";
        };
    String wanted = os + "-" + arch;
    return KNOWN.stream().filter(platform -> platform.classifier.equals(wanted)).findFirst();
  }
}
