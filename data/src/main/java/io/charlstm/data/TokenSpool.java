package io.charlstm.data;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Growing bytes of encoded tokens: in memory up to a limit, beyond it in a temporary file that only
 * this process can name. The file is written by plain writes, so that a full disk is an exception,
 * and mapped once complete.
 */
final class TokenSpool implements AutoCloseable {
  private static final int INITIAL_BYTES = 1 << 16;

  private final Path folder;
  private final int memoryLimit;
  private byte[] memory = new byte[INITIAL_BYTES];
  private long size;
  private FileChannel file;
  private Arena mapping;

  TokenSpool(Path folder, long memoryLimitBytes) {
    this.folder = folder;
    this.memoryLimit = (int) Math.min(memoryLimitBytes, 1 << 30);
  }

  long size() {
    return size;
  }

  boolean isFile() {
    return file != null;
  }

  void append(byte[] bytes, int count) {
    if (file == null && size + count > memoryLimit) {
      moveToFile();
    }
    if (file == null && size + count > memory.length) {
      memory = Arrays.copyOf(memory, Math.max((int) size + count, 2 * memory.length));
    }
    size += count;
    write(size - count, bytes, count);
  }

  /** Overwrites bytes within the size. */
  void write(long position, byte[] bytes, int count) {
    if (file == null) {
      System.arraycopy(bytes, 0, memory, (int) position, count);
      return;
    }
    try {
      writeFully(position, ByteBuffer.wrap(bytes, 0, count));
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Reads bytes within the size. */
  void read(long position, byte[] bytes, int count) {
    if (file == null) {
      System.arraycopy(memory, (int) position, bytes, 0, count);
      return;
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, count);
    try {
      while (buffer.hasRemaining()) {
        if (file.read(buffer, position + buffer.position()) < 0) {
          throw new IOException("the temporary file of encoded tokens was cut short");
        }
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** All bytes, read-only, until {@link #close()}. */
  @SuppressWarnings("MustBeClosedChecker") // close() closes the arena
  MemorySegment freeze() {
    if (file == null) {
      memory = Arrays.copyOf(memory, (int) size);
      return MemorySegment.ofArray(memory).asReadOnly();
    }
    mapping = Arena.ofShared();
    try {
      return file.map(FileChannel.MapMode.READ_ONLY, 0, size, mapping);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private void moveToFile() {
    try {
      Files.createDirectories(folder);
      file = openTemporary(Files.createTempFile(folder, "charlstm-tokens-", ".bin"));
      writeFully(0, ByteBuffer.wrap(memory, 0, (int) size));
      memory = new byte[0];
    } catch (IOException e) {
      throw failed(e);
    }
  }

  // On Linux and macOS the name is gone at once, so even a killed process leaves nothing behind.
  private static FileChannel openTemporary(Path path) throws IOException {
    return FileChannel.open(
        path,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE,
        StandardOpenOption.DELETE_ON_CLOSE);
  }

  private void writeFully(long position, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      file.write(buffer, position + buffer.position());
    }
  }

  private CorpusException failed(IOException e) {
    return new CorpusException(
        folder
            + ": cannot keep the encoded corpus there: "
            + CorpusException.reason(e)
            + "; choose another folder for temporary files with -Djava.io.tmpdir=FOLDER",
        e);
  }

  @Override
  public void close() {
    memory = new byte[0];
    try {
      if (mapping != null) {
        mapping.close();
      }
    } finally {
      mapping = null;
      closeFile();
    }
  }

  private void closeFile() {
    try {
      if (file != null) {
        file.close();
      }
    } catch (IOException e) {
      throw failed(e);
    } finally {
      file = null;
    }
  }
}
