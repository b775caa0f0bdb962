package io.charlstm.runtime.safetensors;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.SequencedMap;

/**
 * An open safetensors file. Opening reads and checks the header; values are read on request, and
 * where the file carries checksums each tensor is compared with its own as it is read.
 *
 * <p>The file is read, not mapped: a file that shrinks while open gives an exception, never a
 * fault. One thread at a time. Every problem is a {@link ModelFileException}.
 */
public final class SafetensorsFile implements AutoCloseable {
  private final Path file;
  private final FileChannel channel;
  private final Header header;
  private final NonFinite nonFinite;
  private boolean closed;

  private SafetensorsFile(Path file, FileChannel channel, Header header, NonFinite nonFinite) {
    this.file = file;
    this.channel = channel;
    this.header = header;
    this.nonFinite = nonFinite;
  }

  /** Opens a file whose NaN and infinite values are refused. */
  public static SafetensorsFile open(Path file) {
    return open(file, NonFinite.REJECT);
  }

  /** Opens a file and checks its header, with its checksum where it carries one. */
  public static SafetensorsFile open(Path file, NonFinite nonFinite) {
    requireRegularFile(file);
    try {
      FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
      try {
        return new SafetensorsFile(file, channel, readHeader(file, channel), nonFinite);
      } catch (Throwable e) {
        channel.close();
        throw e;
      }
    } catch (AccessDeniedException e) {
      throw new ModelFileException(file, "the file may not be read (permissions)", e);
    } catch (IOException e) {
      throw new ModelFileException(file, "the file cannot be read: " + e.getMessage(), e);
    }
  }

  private static void requireRegularFile(Path file) {
    if (!Files.exists(file)) {
      throw new ModelFileException(file, "no such file");
    }
    if (!Files.isRegularFile(file)) {
      throw new ModelFileException(
          file, Files.isDirectory(file) ? "is a folder, not a model file" : "is not a plain file");
    }
  }

  private static Header readHeader(Path file, FileChannel channel) throws IOException {
    long size = channel.size();
    if (size < Header.LENGTH_BYTES) {
      throw new ModelFileException(
          file, "the file has " + size + " bytes, too few for a safetensors file", size);
    }
    ByteBuffer length = ByteBuffer.allocate(Header.LENGTH_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    ChannelBytes.readFully(file, channel, length, 0);
    long headerBytes = length.getLong(0);
    if (headerBytes < 0 || headerBytes > Header.MAX_BYTES) {
      throw new ModelFileException(
          file,
          "a header of "
              + Long.toUnsignedString(headerBytes)
              + " bytes is beyond the limit of "
              + Header.MAX_BYTES
              + "; this is not a safetensors file of this kind",
          0);
    }
    if (headerBytes > size - Header.LENGTH_BYTES) {
      throw new ModelFileException(
          file,
          "the file ends inside its header of " + headerBytes + " bytes; it is truncated",
          size);
    }
    byte[] bytes = new byte[(int) headerBytes];
    ChannelBytes.readFully(file, channel, ByteBuffer.wrap(bytes), Header.LENGTH_BYTES);
    Header header = HeaderParser.parse(file, bytes, size);
    Checksums.verifyHeader(file, header, bytes);
    return header;
  }

  /** The file's path as given. */
  public Path file() {
    return file;
  }

  /** The metadata, checksums included, in the file's order. */
  public Map<String, String> metadata() {
    return header.metadata();
  }

  /** The tensors by name, in the order of their bytes. */
  public SequencedMap<String, TensorInfo> tensors() {
    return header.tensors();
  }

  /** Whether the file carries checksums, so that damage to its values is noticed. */
  public boolean hasChecksums() {
    return Checksums.areExpected(header.metadata());
  }

  /** Values of an F32 tensor, row-major. */
  public float[] readFloats(String name) {
    TensorInfo tensor = require(name, DType.F32);
    float[] values = new float[arrayLength(tensor)];
    readInto(tensor, MemorySegment.ofArray(values));
    return values;
  }

  /**
   * Values of an F32 tensor, row-major, into an array of exactly its size.
   *
   * @throws IllegalArgumentException when the array has another size
   */
  public void readFloats(String name, float[] destination) {
    TensorInfo tensor = require(name, DType.F32);
    if (destination.length != tensor.elements()) {
      throw new IllegalArgumentException(
          name + " has " + tensor.elements() + " elements, not " + destination.length);
    }
    readInto(tensor, MemorySegment.ofArray(destination));
  }

  /** Values of an F64 tensor, row-major. */
  public double[] readDoubles(String name) {
    TensorInfo tensor = require(name, DType.F64);
    double[] values = new double[arrayLength(tensor)];
    readInto(tensor, MemorySegment.ofArray(values));
    return values;
  }

  /** Values of an I64 tensor, row-major. */
  public long[] readLongs(String name) {
    TensorInfo tensor = require(name, DType.I64);
    long[] values = new long[arrayLength(tensor)];
    readInto(tensor, MemorySegment.ofArray(values));
    return values;
  }

  /** Values of an I32 tensor, row-major. */
  public int[] readInts(String name) {
    TensorInfo tensor = require(name, DType.I32);
    int[] values = new int[arrayLength(tensor)];
    readInto(tensor, MemorySegment.ofArray(values));
    return values;
  }

  /** Values of a U8 tensor, row-major. */
  public byte[] readBytes(String name) {
    TensorInfo tensor = require(name, DType.U8);
    byte[] values = new byte[arrayLength(tensor)];
    readInto(tensor, MemorySegment.ofArray(values));
    return values;
  }

  /**
   * Reads the whole data section and compares it with the checksums; a file without them is only
   * read to its end.
   */
  public void verify() {
    var digest = Checksums.sha256();
    for (TensorInfo tensor : header.tensors().values()) {
      reader(tensor).scan(digest);
    }
    String stored = header.metadata().get(Checksums.DATA);
    if (stored != null && !Checksums.shaText(digest).equals(stored)) {
      throw Checksums.damaged(file, "its values do not match their checksum");
    }
  }

  private void readInto(TensorInfo tensor, MemorySegment destination) {
    reader(tensor).readInto(destination);
  }

  private TensorReader reader(TensorInfo tensor) {
    String crc = header.metadata().get(Checksums.tensorKey(tensor.name()));
    return new TensorReader(
        file, channel, tensor, header.dataStart() + tensor.begin(), crc, nonFinite);
  }

  private TensorInfo require(String name, DType dtype) {
    TensorInfo tensor = header.tensors().get(name);
    if (tensor == null) {
      throw new ModelFileException(file, "there is no tensor " + ModelFileException.quote(name));
    }
    if (tensor.dtype() != dtype) {
      throw new ModelFileException(
          file,
          "tensor "
              + ModelFileException.quote(name)
              + " holds "
              + tensor.dtype()
              + ", not "
              + dtype);
    }
    return tensor;
  }

  private int arrayLength(TensorInfo tensor) {
    if (tensor.elements() > Integer.MAX_VALUE - 8) {
      throw new ModelFileException(
          file,
          "tensor "
              + ModelFileException.quote(tensor.name())
              + " has too many elements for one array: "
              + tensor.elements());
    }
    return (int) tensor.elements();
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      channel.close();
    } catch (IOException e) {
      throw new ModelFileException(file, "the file cannot be closed: " + e.getMessage(), e);
    }
  }
}
