package io.charlstm.data;

import java.lang.foreign.MemorySegment;

/** Tokens in a segment, which is in memory or a mapped file; the segment's bounds are checked. */
record StoredTokens(MemorySegment segment, TokenWidth width) implements TokenSequence {
  @Override
  public long size() {
    return segment.byteSize() / width.bytes;
  }

  @Override
  public int get(long index) {
    return width.get(segment, index);
  }

  @Override
  public void copyTo(
      long index, MemorySegment destination, long destinationElement, int count, long stride) {
    width.copy(segment, index, destination, destinationElement, count, stride);
  }

  @Override
  public TokenSequence slice(long from, long to) {
    if (from < 0 || from > to || to > size()) {
      throw new IndexOutOfBoundsException(from + " to " + to + " of " + size() + " tokens");
    }
    long bytes = width.bytes;
    return new StoredTokens(segment.asSlice(from * bytes, (to - from) * bytes), width);
  }
}
