package io.charlstm.runtime.safetensors;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** Replaces a file so that at every instant the old or the new content is there, whole. */
final class AtomicFile {
  private static final String SUFFIX = ".part";

  private final Storage storage;
  private final Path target;

  /** Writes the content to a fresh file. */
  interface Content {
    void writeTo(FileChannel channel) throws IOException;
  }

  AtomicFile(Storage storage, Path target) {
    this.storage = storage;
    this.target = target.toAbsolutePath();
  }

  void write(Content content) throws IOException {
    if (Files.isDirectory(target)) {
      throw new IOException("it is a folder");
    }
    Path temporary = temporaryFile();
    try {
      try (FileChannel channel = storage.createNew(temporary)) {
        content.writeTo(channel);
        storage.force(channel);
      }
      storage.replace(temporary, target);
    } catch (Throwable e) {
      deleteAfter(e, temporary);
      throw e;
    }
    storage.forceFolder(target.getParent());
  }

  private Path temporaryFile() {
    String unique = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    return target.resolveSibling("." + target.getFileName() + "." + unique + SUFFIX);
  }

  private void deleteAfter(Throwable failure, Path temporary) {
    try {
      storage.delete(temporary);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /** Deletes what writers that were killed left in a folder; returns how many files. */
  static int deleteAbandoned(Path folder) throws IOException {
    int deleted = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, ".*" + SUFFIX)) {
      for (Path file : files) {
        Files.deleteIfExists(file);
        deleted++;
      }
    }
    return deleted;
  }
}
