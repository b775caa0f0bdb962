package io.charlstm.data;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/** A range of another sequence. */
record TokenSlice(TokenSequence whole, long from, long to) implements TokenSequence {
  TokenSlice {
    Objects.checkFromToIndex(from, to, whole.size());
  }

  @Override
  public long size() {
    return to - from;
  }

  @Override
  public int get(long index) {
    return whole.get(from + Objects.checkIndex(index, size()));
  }

  @Override
  public void copyTo(
      long index, MemorySegment destination, long destinationElement, int count, long stride) {
    Objects.checkFromIndexSize(index, count, size());
    whole.copyTo(from + index, destination, destinationElement, count, stride);
  }

  @Override
  public TokenSequence slice(long sliceFrom, long sliceTo) {
    Objects.checkFromToIndex(sliceFrom, sliceTo, size());
    return new TokenSlice(whole, from + sliceFrom, from + sliceTo);
  }
}
