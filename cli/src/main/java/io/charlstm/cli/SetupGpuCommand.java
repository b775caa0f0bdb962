package io.charlstm.cli;

import io.charlstm.bindings.install.InstalledLibraries;
import io.charlstm.bindings.install.LibraryArchive;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code charlstm setup-gpu}: brings the CUDA and cuDNN libraries. */
@Command(
    addMethodSubcommands = false,
    name = "setup-gpu",
    description = {
      "Brings NVIDIA's CUDA and cuDNN libraries (a jar of 2 GB, through your Maven and its settings)"
          + " into the cache folder, and prints the folder. The driver is not among them.",
      "NVIDIA's licences apply to the libraries."
    })
final class SetupGpuCommand implements Callable<Integer> {
  private final Console console;
  private final LibraryArchive archive;

  @Option(
      names = "--from",
      paramLabel = "FILE.jar",
      description = "Takes the jar from this file, on machines without a network.")
  private Path from;

  @Option(names = "--remove", description = "Deletes the libraries from the cache folder.")
  private boolean remove;

  SetupGpuCommand(Console console, LibraryArchive archive) {
    this.console = console;
    this.archive = archive;
  }

  @Override
  public Integer call() throws IOException {
    InstalledLibraries libraries = InstalledLibraries.of(archive);
    if (remove) {
      return remove(libraries);
    }
    requirePlatform(System.getProperty("os.name"), System.getProperty("os.arch"));
    if (libraries.isComplete()) {
      console.err().println("charlstm: the libraries are there already");
    } else {
      libraries.install(jar(), this::message);
      message("left out: " + archive.leftOut());
      message("charlstm doctor shows whether they work here");
    }
    console.out().println(libraries.folder());
    return ExitCode.OK;
  }

  private Integer remove(InstalledLibraries libraries) throws IOException {
    if (from != null) {
      throw new UsageException("--from and --remove contradict each other; leave one out");
    }
    long freed = libraries.remove();
    message(
        freed == 0
            ? "there is nothing to remove at " + libraries.folder()
            : String.format(Locale.ROOT, "removed %s, %,d MiB", libraries.folder(), freed >> 20));
    return ExitCode.OK;
  }

  static void requirePlatform(String system, String architecture) {
    if (!system.startsWith("Linux") || !architecture.matches("amd64|x86_64")) {
      throw new UsageException(
          "setup-gpu is for Linux on x86_64, not for "
              + system
              + " on "
              + architecture
              + "; install CUDA 12 or 13 and cuDNN 9 by other means (charlstm doctor shows what is"
              + " found)");
    }
  }

  private Path jar() throws IOException {
    if (from != null) {
      return from;
    }
    Optional<Path> present = MavenRepository.find(archive);
    if (present.isPresent()) {
      return present.get();
    }
    message("Maven brings " + archive.coordinates() + ", " + (archive.byteSize() >> 20) + " MiB");
    return MavenDownload.byUsersMaven(console).fetch(archive);
  }

  private void message(String line) {
    console.err().println("charlstm: " + line);
  }
}
