package io.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.charlstm.bindings.install.InstallException;
import io.charlstm.bindings.install.LibraryArchive;
import io.charlstm.bindings.install.LibraryArchive.Library;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code setup-gpu} with a small jar in place of the one of 2 GB. */
final class SetupGpuCommandTest {
  private static final byte[] LIBRARY = {7, 6, 5};

  @TempDir private Path folder;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Console console =
      new Console(
          new PrintStream(out, true, StandardCharsets.UTF_8),
          new PrintStream(err, true, StandardCharsets.UTF_8),
          new ByteArrayInputStream(new byte[0]),
          false);
  private LibraryArchive archive;
  private Path jar;

  @BeforeEach
  void create() throws Exception {
    System.setProperty("charlstm.cache", folder.resolve("cache").toString());
    System.setProperty("maven.repo.local", folder.resolve("repository").toString());
    jar = folder.resolve("some.jar");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      zip.putNextEntry(new ZipEntry("in/libz.so.1"));
      zip.write(LIBRARY);
    }
    byte[] bytes = Files.readAllBytes(jar);
    archive =
        new LibraryArchive(
            "org.example",
            "libs",
            "3",
            "all",
            bytes.length,
            HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)),
            "in/",
            List.of(new Library("libz.so.1", LIBRARY.length)),
            "libs/3",
            "nothing");
  }

  @AfterEach
  void restore() {
    System.clearProperty("charlstm.cache");
    System.clearProperty("maven.repo.local");
  }

  private int run(String... arguments) {
    out.reset();
    err.reset();
    return new CommandLine(new SetupGpuCommand(console, archive)).execute(arguments);
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
  void aFileIsUnpackedOnceAndRemovedOnDemand() throws IOException {
    Path target = folder.resolve("cache/libs/3");
    assertThat(run("--from", jar.toString()))
        .as(err.toString(StandardCharsets.UTF_8))
        .isEqualTo(ExitCode.OK);
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(target + "\n");
    assertThat(target.resolve("libz.so.1")).hasBinaryContent(LIBRARY);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("unpacking libz.so.1", "left out");

    Files.delete(jar);
    assertThat(run()).isEqualTo(ExitCode.OK);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("there already");
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(target + "\n");

    assertThat(run("--remove")).isEqualTo(ExitCode.OK);
    assertThat(target).doesNotExist();
    assertThat(run("--remove")).isEqualTo(ExitCode.OK);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("nothing to remove");
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, architectures = "amd64")
  void aJarInTheLocalRepositoryNeedsNoMaven() throws IOException {
    Path known = folder.resolve("repository/org/example/libs/3/libs-3-all.jar");
    Files.createDirectories(known.getParent());
    Files.move(jar, known);
    assertThat(run()).as(err.toString(StandardCharsets.UTF_8)).isEqualTo(ExitCode.OK);
    assertThat(folder.resolve("cache/libs/3/libz.so.1")).hasBinaryContent(LIBRARY);
  }

  @Test
  void mavenIsAskedForTheJarAndSaysWhereItIs() throws IOException {
    Path maven = script("echo working; cp \"$2\" '%s'; printf '%%s\\n' '%s' >\"${4#*=}\"");
    assertThat(new MavenDownload(maven.toString(), console).fetch(archive)).isEqualTo(jar);
    assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("working\n");
    assertThat(Files.readString(folder.resolve("asked.xml")))
        .contains("<groupId>org.example</groupId>", "<classifier>all</classifier>");
  }

  @Test
  void aMavenThatFailsIsAReasonInOneLine() throws IOException {
    Path maven = script("echo '[ERROR] no route'; echo '[ERROR] more'; exit 1 # %s %s");
    assertThatThrownBy(() -> new MavenDownload(maven.toString(), console).fetch(archive))
        .isInstanceOf(InstallException.class)
        .hasMessageContaining("could not bring org.example:libs:3:all: no route; on a machine");
    assertThatThrownBy(
            () -> new MavenDownload(folder.resolve("no-mvn").toString(), console).fetch(archive))
        .isInstanceOf(InstallException.class)
        .hasMessageContaining("cannot be started");
  }

  private Path script(String text) throws IOException {
    String filled = text.formatted(folder.resolve("asked.xml"), jar);
    Path script = Files.writeString(folder.resolve("mvn"), "#!/bin/sh\n" + filled + "\n");
    return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
  }

  @Test
  void otherPlatformsAreRefusedWithWhatToDo() {
    assertThatThrownBy(() -> SetupGpuCommand.requirePlatform("Mac OS X", "aarch64"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("not for Mac OS X on aarch64; install CUDA");
    assertThatThrownBy(() -> SetupGpuCommand.requirePlatform("Linux", "aarch64"))
        .isInstanceOf(UsageException.class);
    SetupGpuCommand.requirePlatform("Linux", "amd64");
  }

  @Test
  void badUseIsExitCode2() {
    assertThat(Invocation.of("setup-gpu", "--from", "none.jar"))
        .satisfies(answer -> assertThat(answer.code()).isEqualTo(ExitCode.USAGE))
        .satisfies(answer -> assertThat(answer.err()).hasLineCount(1));
    assertThat(Invocation.of("setup-gpu", "--from", "none.jar", "--remove").code())
        .isEqualTo(ExitCode.USAGE);
  }
}
