package io.charlstm.cli;

import io.charlstm.bindings.install.InstallException;
import io.charlstm.bindings.install.LibraryArchive;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Brings a jar through the user's own Maven, so that its settings decide where from: mirrors,
 * proxies, the local repository.
 */
final class MavenDownload {
  // The version that the build pins too.
  private static final String GOAL =
      "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:build-classpath";
  private static final int KEPT = 1 << 16;
  private static final int BLOCK = 1 << 12;

  private final String executable;
  private final Console console;

  /**
   * Prepares a download.
   *
   * @param executable Maven's command
   */
  MavenDownload(String executable, Console console) {
    this.executable = executable;
    this.console = console;
  }

  /** A download by the Maven of {@code MAVEN_HOME} or {@code M2_HOME}, else of the path. */
  static MavenDownload byUsersMaven(Console console) {
    return new MavenDownload(usersMaven(), console);
  }

  /**
   * Runs Maven on a project whose only dependency is the jar. What Maven says goes to standard
   * error as it comes.
   *
   * @return the jar in the local repository
   * @throws InstallException when there is no Maven or it fails
   */
  Path fetch(LibraryArchive archive) throws IOException {
    Path folder = Files.createTempDirectory("charlstm-setup-gpu");
    Path project = folder.resolve("pom.xml");
    Path answer = folder.resolve("classpath");
    try {
      Files.writeString(project, pom(archive), StandardCharsets.UTF_8);
      String said = run(command(project, answer));
      if (!Files.isRegularFile(answer)) {
        throw new InstallException(
            "Maven could not bring " + archive.coordinates() + ": " + firstError(said) + cure());
      }
      return Path.of(Files.readString(answer, StandardCharsets.UTF_8).strip());
    } finally {
      Files.deleteIfExists(answer);
      Files.deleteIfExists(project);
      Files.deleteIfExists(folder);
    }
  }

  private static String cure() {
    return "; on a machine without a network bring the jar by other means and name it with --from";
  }

  private List<String> command(Path project, Path answer) {
    List<String> words = new ArrayList<>();
    words.add(executable);
    words.addAll(List.of("-f", project.toString(), GOAL, "-Dmdep.outputFile=" + answer));
    if (!console.errIsTerminal()) {
      words.addAll(List.of("-q", "-B", "-ntp")); // no meter where nobody watches
    }
    return words;
  }

  private static String usersMaven() {
    return Stream.of("MAVEN_HOME", "M2_HOME")
        .map(System::getenv)
        .filter(home -> home != null && !home.isBlank())
        .map(home -> Path.of(home, "bin", "mvn"))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst()
        .orElse("mvn");
  }

  private String run(List<String> command) throws IOException {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    builder.environment().putIfAbsent("JAVA_HOME", System.getProperty("java.home"));
    Process maven;
    try {
      maven = builder.start();
    } catch (IOException e) {
      throw new InstallException(
          "Maven (mvn) is needed and cannot be started (" + e.getMessage() + ")" + cure(), e);
    }
    Thread ending = new Thread(maven::destroy, "charlstm-maven");
    Runtime.getRuntime().addShutdownHook(ending);
    try (InputStream said = maven.getInputStream()) {
      return relay(said);
    } finally {
      maven.onExit().join();
      remove(ending);
    }
  }

  private static void remove(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ignored) {
      // The process is ending, and the hook runs.
    }
  }

  /** Passes on what comes, and keeps its beginning. */
  private String relay(InputStream said) throws IOException {
    var kept = new ByteArrayOutputStream();
    byte[] block = new byte[BLOCK];
    for (int read = said.read(block); read >= 0; read = said.read(block)) {
      console.err().write(block, 0, read);
      console.err().flush();
      kept.write(block, 0, Math.min(read, KEPT - Math.min(KEPT, kept.size())));
    }
    return kept.toString(StandardCharsets.UTF_8);
  }

  private static String firstError(String said) {
    return said.lines()
        .filter(line -> line.contains("ERROR"))
        .map(line -> line.replaceAll("\u001B\\[[0-9;]*m", "").replace("[ERROR]", "").strip())
        .filter(line -> !line.isEmpty())
        .findFirst()
        .orElse("it ended without a reason");
  }

  private static String pom(LibraryArchive archive) {
    return String.format(
        Locale.ROOT,
        """
        <project xmlns="http://maven.apache.org/POM/4.0.0">
          <modelVersion>4.0.0</modelVersion>
          <groupId>io.charlstm</groupId>
          <artifactId>gpu-libraries</artifactId>
          <version>1</version>
          <packaging>pom</packaging>
          <dependencies>
            <dependency>
              <groupId>%s</groupId>
              <artifactId>%s</artifactId>
              <version>%s</version>
              <classifier>%s</classifier>
              <exclusions>
                <exclusion>
                  <groupId>*</groupId>
                  <artifactId>*</artifactId>
                </exclusion>
              </exclusions>
            </dependency>
          </dependencies>
        </project>
        """,
        archive.groupId(),
        archive.artifactId(),
        archive.version(),
        archive.classifier());
  }
}
