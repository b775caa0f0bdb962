package io.charlstm.bindings.install;

import io.charlstm.bindings.install.LibraryArchive.Library;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * A folder in the making, beside its place. Closing it, and the end of the process, delete what did
 * not get there.
 */
final class Unpacking implements AutoCloseable {
  private static final String UNFINISHED = ".unfinished-";
  private static final Duration ABANDONED = Duration.ofHours(2);

  private final Path target;
  private final Path temporary;
  private final Thread atExit;

  private Unpacking(Path target, Path temporary) {
    this.target = target;
    this.temporary = temporary;
    this.atExit = new Thread(this::deleteQuietly, "charlstm-unpacking");
  }

  /** Starts a folder that is to become {@code target}; the folder around it exists. */
  static Unpacking beside(Path target) throws IOException {
    // Not createTempDirectory: others may read what is in a cache that is shared.
    Path temporary =
        Files.createDirectory(
            target.resolveSibling(
                UNFINISHED + ProcessHandle.current().pid() + "-" + System.nanoTime()));
    var unpacking = new Unpacking(target, temporary);
    Runtime.getRuntime().addShutdownHook(unpacking.atExit);
    return unpacking;
  }

  /** Deletes what processes that were killed left behind. */
  static void removeAbandoned(Path parent) throws IOException {
    Instant limit = Instant.now().minus(ABANDONED);
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, UNFINISHED + "*")) {
      for (Path folder : folders) {
        if (Files.getLastModifiedTime(folder).toInstant().isBefore(limit)) {
          Folders.delete(folder);
        }
      }
    }
  }

  /**
   * Writes the libraries and forces them to disk; each is compared with the jar's CRC-32.
   *
   * @throws InstallException when the jar lacks one
   */
  void unpack(LibraryArchive archive, Path jar, Consumer<String> progress) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      for (Library library : archive.libraries()) {
        ZipEntry entry = zip.getEntry(archive.folder() + library.name());
        if (entry == null || entry.getSize() != library.byteSize()) {
          throw new InstallException(jar + " does not hold " + library.name() + " as expected");
        }
        progress.accept(
            String.format(
                Locale.ROOT, "unpacking %s, %,d KiB", library.name(), entry.getSize() >> 10));
        write(zip, entry, temporary.resolve(library.name()));
      }
    }
    Folders.force(temporary);
  }

  private static void write(ZipFile zip, ZipEntry entry, Path file) throws IOException {
    try (InputStream content = zip.getInputStream(entry);
        CheckedInputStream in = new CheckedInputStream(content, new CRC32());
        FileChannel channel =
            FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);
        OutputStream out = Channels.newOutputStream(channel)) {
      in.transferTo(out);
      if (in.getChecksum().getValue() != entry.getCrc()) {
        throw new IOException(zip.getName() + " is damaged at " + entry.getName());
      }
      channel.force(true);
    }
  }

  /**
   * Puts the folder in its place.
   *
   * @param isComplete whether a whole folder is in place already; then it stays
   */
  void moveIntoPlace(BooleanSupplier isComplete) throws IOException {
    Path replaced = temporary.resolveSibling(temporary.getFileName() + "-replaced");
    if (Files.exists(target) && !isComplete.getAsBoolean()) {
      Files.move(target, replaced, StandardCopyOption.ATOMIC_MOVE);
    }
    try {
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      if (!isComplete.getAsBoolean()) {
        throw e;
      }
    } finally {
      Folders.delete(replaced);
    }
    Folders.force(target.getParent());
  }

  private void deleteQuietly() {
    try {
      Folders.delete(temporary);
    } catch (IOException ignored) {
      // The next installation deletes it.
    }
  }

  @Override
  public void close() {
    deleteQuietly();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException ignored) {
      // The process is ending, and the hook runs.
    }
  }
}
