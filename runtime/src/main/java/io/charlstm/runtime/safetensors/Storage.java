package io.charlstm.runtime.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** The disk operations of an atomic write, so that tests can make each of them fail. */
interface Storage {
  Storage DISK = new Disk();

  FileChannel createNew(Path file) throws IOException;

  void write(FileChannel channel, ByteBuffer bytes, long position) throws IOException;

  void force(FileChannel channel) throws IOException;

  void replace(Path temporary, Path target) throws IOException;

  void forceFolder(Path folder) throws IOException;

  void delete(Path file) throws IOException;

  /** The real thing. */
  final class Disk implements Storage {
    @Override
    public FileChannel createNew(Path file) throws IOException {
      return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }

    @Override
    public void write(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
      long at = position;
      while (bytes.hasRemaining()) {
        at += channel.write(bytes, at);
      }
    }

    @Override
    public void force(FileChannel channel) throws IOException {
      channel.force(true);
    }

    @Override
    public void replace(Path temporary, Path target) throws IOException {
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    }

    // Without this a rename may be lost with the power. Only Linux lets a folder be opened so.
    @Override
    public void forceFolder(Path folder) throws IOException {
      if (System.getProperty("os.name", "").startsWith("Linux")) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
          channel.force(true);
        }
      }
    }

    @Override
    public void delete(Path file) throws IOException {
      Files.deleteIfExists(file);
    }
  }
}
