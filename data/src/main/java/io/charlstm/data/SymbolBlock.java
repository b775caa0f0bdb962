package io.charlstm.data;

/** Symbols decoded from one chunk of bytes, each with the place it came from. Reused. */
final class SymbolBlock {
  final int[] symbols;

  /** Offset of each symbol's first byte, relative to {@link #base}. */
  private final int[] offsets;

  private long base;
  int count;

  SymbolBlock(int capacity) {
    symbols = new int[capacity];
    offsets = new int[capacity];
  }

  /** Empties the block; the offsets that follow are relative to this byte of the document. */
  void clear(long newBase) {
    base = newBase;
    count = 0;
  }

  void add(int symbol, int relativeOffset) {
    symbols[count] = symbol;
    offsets[count++] = relativeOffset;
  }

  /** Byte offset in the document of the symbol at an index. */
  long offset(int index) {
    return base + offsets[index];
  }
}
