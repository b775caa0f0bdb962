package io.charlstm.trainer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Replaces files so that at every instant the old or the new one is there, whole. */
final class DurableFiles {
  private DurableFiles() {}

  /** Writes a text file: beside it, forced to disk, then renamed over it. */
  static void write(Path target, String text) throws IOException {
    Path part = part(target);
    try {
      try (FileChannel channel =
          FileChannel.open(
              part,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        ByteBuffer bytes = StandardCharsets.UTF_8.encode(text);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      replace(part, target);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /** Makes {@code alias} a second name of a file, or a copy where the disk has no hard links. */
  static void alias(Path file, Path alias) throws IOException {
    Path part = part(alias);
    Files.deleteIfExists(part);
    try {
      linkOrCopy(file, part);
      replace(part, alias);
    } finally {
      // Renaming a link to the very same file leaves it in place.
      Files.deleteIfExists(part);
    }
  }

  private static void linkOrCopy(Path file, Path link) throws IOException {
    try {
      Files.createLink(link, file);
    } catch (UnsupportedOperationException | IOException _) {
      Files.copy(file, link, StandardCopyOption.REPLACE_EXISTING);
      try (FileChannel channel = FileChannel.open(link, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
    }
  }

  private static void replace(Path part, Path target) throws IOException {
    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    forceFolder(target.toAbsolutePath().getParent());
  }

  private static void forceFolder(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException _) {
      // Windows cannot open a folder; its journal orders the rename by itself.
    }
  }

  private static Path part(Path target) {
    return target.resolveSibling("." + target.getFileName() + ".part");
  }
}
