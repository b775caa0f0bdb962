package io.charlstm.runtime.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Positioned reads that fill the whole buffer. */
final class ChannelBytes {
  private ChannelBytes() {}

  /** Fills the buffer's remaining bytes from a position in the file. */
  static void readFully(Path file, FileChannel channel, ByteBuffer buffer, long position)
      throws IOException {
    long at = position;
    while (buffer.hasRemaining()) {
      int count = channel.read(buffer, at);
      if (count < 0) {
        throw new ModelFileException(file, "the file became shorter while it was read", at);
      }
      at += count;
    }
  }
}
