package io.charlstm.runtime.safetensors;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Collects metadata and tensors, then writes them to a file in one atomic step: whoever opens the
 * target sees the old file or the new one, whole, whatever happens in between.
 *
 * <p>Arrays and segments are not copied: they must not change before {@link #write} returns. The
 * checksums ({@code charlstm.header_sha256}, {@code charlstm.sha256}, {@code charlstm.crc32c.*})
 * are added here. NaN and infinities are refused unless allowed. One thread at a time.
 */
public final class SafetensorsWriter {
  // Widest elements first, so that every tensor starts at a multiple of its element size.
  private static final Comparator<TensorSource> FILE_ORDER =
      Comparator.comparingInt((TensorSource tensor) -> -tensor.dtype().bits())
          .thenComparing(TensorSource::name);

  private final Storage storage;
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final Map<String, TensorSource> tensors = new LinkedHashMap<>();
  private NonFinite nonFinite = NonFinite.REJECT;

  public SafetensorsWriter() {
    this(Storage.DISK);
  }

  SafetensorsWriter(Storage storage) {
    this.storage = storage;
  }

  /** Sets a metadata entry, replacing one of the same key. */
  public SafetensorsWriter metadata(String key, String value) {
    if (Checksums.isReserved(key)) {
      throw new IllegalArgumentException("metadata key " + key + " is for checksums");
    }
    metadata.put(key, value);
    return this;
  }

  /** Says what happens when a value is NaN or infinite; by default nothing is written. */
  public SafetensorsWriter nonFinite(NonFinite policy) {
    nonFinite = policy;
    return this;
  }

  /** Adds an F32 tensor, row-major. */
  public SafetensorsWriter floats(String name, List<? extends Number> shape, float[] values) {
    return add(name, DType.F32, shape, MemorySegment.ofArray(values));
  }

  /** Adds an F32 tensor whose values are fetched while writing and then let go. */
  public SafetensorsWriter floats(
      String name, List<? extends Number> shape, Supplier<float[]> values) {
    return add(TensorSource.of(name, DType.F32, shape, () -> MemorySegment.ofArray(values.get())));
  }

  /** Adds an F64 tensor, row-major. */
  public SafetensorsWriter doubles(String name, List<? extends Number> shape, double[] values) {
    return add(name, DType.F64, shape, MemorySegment.ofArray(values));
  }

  /** Adds an I64 tensor, row-major. */
  public SafetensorsWriter longs(String name, List<? extends Number> shape, long[] values) {
    return add(name, DType.I64, shape, MemorySegment.ofArray(values));
  }

  /** Adds an I32 tensor, row-major. */
  public SafetensorsWriter ints(String name, List<? extends Number> shape, int[] values) {
    return add(name, DType.I32, shape, MemorySegment.ofArray(values));
  }

  /** Adds a U8 tensor, row-major. */
  public SafetensorsWriter bytes(String name, List<? extends Number> shape, byte[] values) {
    return add(name, DType.U8, shape, MemorySegment.ofArray(values));
  }

  /**
   * Adds a tensor from memory, in native byte order.
   *
   * @param values exactly the bytes that type and shape need
   */
  public SafetensorsWriter add(
      String name, DType dtype, List<? extends Number> shape, MemorySegment values) {
    TensorSource source = TensorSource.of(name, dtype, shape, () -> values);
    source.checkedValues();
    return add(source);
  }

  private SafetensorsWriter add(TensorSource source) {
    if (tensors.putIfAbsent(source.name(), source) != null) {
      throw new IllegalArgumentException("tensor " + source.name() + " was added twice");
    }
    return this;
  }

  /**
   * Writes the file: to a temporary file beside it, forced to disk, renamed over the target, and
   * the folder forced. On any failure the target is as it was and the temporary file is gone.
   *
   * @throws ModelFileException when a value is not finite or the disk refuses
   */
  public void write(Path target) {
    List<TensorSource> ordered = tensors.values().stream().sorted(FILE_ORDER).toList();
    try {
      new AtomicFile(storage, target)
          .write(
              channel ->
                  new FileEncoder(storage, target, channel, nonFinite).write(metadata, ordered));
    } catch (IOException e) {
      throw new ModelFileException(target, "the file cannot be written: " + reason(e), e);
    }
  }

  /**
   * Deletes the temporary files that writers left in a folder when they were killed. Call it only
   * while nothing writes there.
   *
   * @return number of files deleted
   */
  public static int deleteAbandoned(Path folder) {
    try {
      return AtomicFile.deleteAbandoned(folder);
    } catch (IOException e) {
      throw new ModelFileException(folder, "cannot be cleaned up: " + reason(e), e);
    }
  }

  private static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "its folder does not exist";
      case AccessDeniedException _ -> "permission denied";
      case FileSystemException f when f.getReason() != null -> f.getReason();
      default -> String.valueOf(e.getMessage());
    };
  }
}
