package io.charlstm.data;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/**
 * A read-only sequence of token ids, up to 2^63-1 of them. It may be read from any thread as long
 * as the {@link Corpus} behind it is open.
 */
public interface TokenSequence {
  long size();

  /**
   * The id at a position.
   *
   * @throws IndexOutOfBoundsException outside 0 to {@link #size()}-1
   */
  int get(long index);

  /**
   * Copies ids to int32 elements {@code stride} apart: id {@code index + i} goes to element {@code
   * destinationElement + i * stride}. Allocates nothing.
   *
   * @param destination int32, native order
   * @throws IndexOutOfBoundsException when the range is not within the sequence or the destination
   */
  default void copyTo(
      long index, MemorySegment destination, long destinationElement, int count, long stride) {
    Objects.checkFromIndexSize(index, count, size());
    for (int i = 0; i < count; i++) {
      destination.setAtIndex(ValueLayout.JAVA_INT, destinationElement + i * stride, get(index + i));
    }
  }

  /** Copies ids to int32 elements side by side. */
  default void copyTo(long index, MemorySegment destination, long destinationElement, int count) {
    copyTo(index, destination, destinationElement, count, 1);
  }

  /**
   * The ids from {@code from} up to but not including {@code to}, without copying them.
   *
   * @throws IndexOutOfBoundsException when the range is not within the sequence
   */
  default TokenSequence slice(long from, long to) {
    return new TokenSlice(this, from, to);
  }
}
