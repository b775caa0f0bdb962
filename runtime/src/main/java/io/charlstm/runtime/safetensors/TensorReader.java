package io.charlstm.runtime.safetensors;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.zip.CRC32C;

/**
 * Reads one tensor's bytes in chunks and checks them on the way.
 *
 * @param start byte in the file
 * @param crc the stored checksum, or null
 */
record TensorReader(
    Path file,
    FileChannel channel,
    TensorInfo tensor,
    long start,
    String crc,
    NonFinite nonFinite) {

  private interface ChunkUser {
    void use(MemorySegment chunk, long offset, int bytes);
  }

  /** Copies the values out in native byte order. */
  void readInto(MemorySegment destination) {
    eachChunk(
        (chunk, offset, bytes) ->
            Elements.fromFile(chunk, destination, offset, tensor.dtype(), bytes));
  }

  /** Only checks, and adds the bytes to a digest. */
  void scan(MessageDigest digest) {
    eachChunk((chunk, _, bytes) -> digest.update(chunk.asByteBuffer().limit(bytes)));
  }

  private void eachChunk(ChunkUser user) {
    CRC32C sum = new CRC32C();
    ByteBuffer buffer = ByteBuffer.allocate(Elements.CHUNK_BYTES);
    MemorySegment chunk = MemorySegment.ofArray(buffer.array());
    try {
      for (long offset = 0; offset < tensor.byteSize(); offset += Elements.CHUNK_BYTES) {
        int bytes = (int) Math.min(Elements.CHUNK_BYTES, tensor.byteSize() - offset);
        ChannelBytes.readFully(file, channel, buffer.clear().limit(bytes), start + offset);
        sum.update(buffer.flip());
        requireFinite(chunk, offset, bytes);
        user.use(chunk, offset, bytes);
      }
    } catch (IOException e) {
      throw new ModelFileException(file, "the file cannot be read: " + e.getMessage(), e);
    }
    if (crc != null && !Checksums.crcText(sum.getValue()).equals(crc)) {
      throw new ModelFileException(
          file, name() + " does not match its checksum; the file is damaged", start);
    }
  }

  private void requireFinite(MemorySegment chunk, long offset, int bytes) {
    if (nonFinite == NonFinite.ALLOW) {
      return;
    }
    int index = Elements.firstNonFinite(chunk, tensor.dtype(), bytes);
    if (index >= 0) {
      throw new ModelFileException(
          file,
          name() + " holds a NaN or infinite value",
          start + offset + (long) index * tensor.dtype().bytes());
    }
  }

  private String name() {
    return "tensor " + ModelFileException.quote(tensor.name());
  }
}
