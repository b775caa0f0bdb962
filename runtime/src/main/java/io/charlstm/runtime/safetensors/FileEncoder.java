package io.charlstm.runtime.safetensors;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Writes the bytes of one file. The checksums stand in the header, in front of the data they are
 * of: their places are left blank, the data is written, then the header again with the checksums.
 */
final class FileEncoder {
  private static final String NO_CRC = Checksums.crcText(0);

  private final Storage storage;
  private final Path target;
  private final FileChannel channel;
  private final NonFinite nonFinite;
  private final MessageDigest data = Checksums.sha256();
  private final ByteBuffer buffer = ByteBuffer.allocate(Elements.CHUNK_BYTES);
  private final MemorySegment chunk = MemorySegment.ofArray(buffer.array());

  FileEncoder(Storage storage, Path target, FileChannel channel, NonFinite nonFinite) {
    this.storage = storage;
    this.target = target;
    this.channel = channel;
    this.nonFinite = nonFinite;
  }

  /**
   * @param tensors in the order of their bytes
   */
  void write(Map<String, String> metadata, List<TensorSource> tensors) throws IOException {
    List<TensorInfo> infos = layOut(tensors);
    Map<String, String> entries = new LinkedHashMap<>(metadata);
    entries.put(Checksums.HEADER, Checksums.NO_SHA256);
    entries.put(Checksums.DATA, Checksums.NO_SHA256);
    infos.forEach(info -> entries.put(Checksums.tensorKey(info.name()), NO_CRC));
    long dataStart = writeHeader(entries, infos);
    for (int i = 0; i < infos.size(); i++) {
      String crc = writeValues(tensors.get(i), dataStart + infos.get(i).begin());
      entries.put(Checksums.tensorKey(infos.get(i).name()), crc);
    }
    entries.put(Checksums.DATA, Checksums.shaText(data));
    entries.put(Checksums.HEADER, Checksums.ofHeader(HeaderEncoder.encode(entries, infos)));
    writeHeader(entries, infos);
  }

  private static List<TensorInfo> layOut(List<TensorSource> tensors) {
    List<TensorInfo> infos = new ArrayList<>();
    long begin = 0;
    for (TensorSource tensor : tensors) {
      infos.add(tensor.at(begin));
      begin = infos.getLast().end();
    }
    return infos;
  }

  private long writeHeader(Map<String, String> metadata, List<TensorInfo> infos)
      throws IOException {
    byte[] json = HeaderEncoder.encode(metadata, infos);
    if (json.length > Header.MAX_BYTES) {
      throw new ModelFileException(
          target,
          "the header of " + json.length + " bytes is beyond the limit of " + Header.MAX_BYTES);
    }
    ByteBuffer bytes = ByteBuffer.allocate(Header.LENGTH_BYTES + json.length);
    bytes.order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).put(json).flip();
    long end = bytes.limit();
    storage.write(channel, bytes, 0);
    return end;
  }

  private String writeValues(TensorSource tensor, long start) throws IOException {
    MemorySegment values = tensor.checkedValues();
    CRC32C crc = new CRC32C();
    for (long offset = 0; offset < tensor.byteSize(); offset += Elements.CHUNK_BYTES) {
      int bytes = (int) Math.min(Elements.CHUNK_BYTES, tensor.byteSize() - offset);
      Elements.toFile(values, offset, chunk, tensor.dtype(), bytes);
      requireFinite(tensor, bytes);
      crc.update(buffer.clear().limit(bytes));
      data.update(buffer.rewind());
      storage.write(channel, buffer.rewind(), start + offset);
    }
    return Checksums.crcText(crc.getValue());
  }

  private void requireFinite(TensorSource tensor, int bytes) {
    if (nonFinite == NonFinite.REJECT
        && Elements.firstNonFinite(chunk, tensor.dtype(), bytes) >= 0) {
      throw new ModelFileException(
          target,
          "not written: tensor "
              + ModelFileException.quote(tensor.name())
              + " holds a NaN or infinite value");
    }
  }
}
