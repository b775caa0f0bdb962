package io.charlstm.data;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The dataset {@code jdk}: all of {@code java.io} and the classes directly in {@code java.util}, in
 * the order of their paths, from a JDK's {@code lib/src.zip}. The text is that of the JDK's
 * version.
 */
record JdkSources(Path javaHome) {
  private static final String IO = "java.base/java/io/";
  private static final String UTIL = "java.base/java/util/";

  static JdkSources ofRunningJdk() {
    return new JdkSources(Path.of(System.getProperty("java.home")));
  }

  static boolean isSelected(String entryName) {
    boolean selected = isDirectlyIn(IO, entryName) || isDirectlyIn(UTIL, entryName);
    return selected && entryName.endsWith(".java");
  }

  private static boolean isDirectlyIn(String folder, String entryName) {
    return entryName.startsWith(folder) && entryName.indexOf('/', folder.length()) < 0;
  }

  private Path location() {
    return javaHome.resolve("lib").resolve("src.zip");
  }

  /**
   * The JDK's src.zip.
   *
   * @throws CorpusException when this JDK came without its sources
   */
  Path archive() {
    if (!Files.isRegularFile(location())) {
      throw new CorpusException(
          "jdk: this JDK came without its sources ("
              + location()
              + "): use --corpus FILE, --corpus FOLDER, or --corpus tinyshakespeare");
    }
    return location();
  }

  DatasetInfo info() {
    return new DatasetInfo(
        Datasets.JDK,
        "Java sources of this JDK (" + Runtime.version() + "): java.io and java.util",
        location(),
        Files.isRegularFile(location()),
        "",
        0,
        "");
  }
}
