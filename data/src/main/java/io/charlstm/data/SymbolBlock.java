package io.charlstm.data;

import java.util.Arrays;

/** Symbols decoded from one chunk of bytes, each with the place it came from. Reused. */
final class SymbolBlock {
  int[] symbols;

  /** Offset of each symbol's first byte, relative to {@link #base}. */
  private int[] offsets;

  private long base;
  int count;

  SymbolBlock(int capacity) {
    symbols = new int[capacity];
    offsets = new int[capacity];
  }

  int capacity() {
    return symbols.length;
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

  /** Adds a symbol from any byte of the document; grows the block when it is full. */
  void append(int symbol, long offset) {
    if (count == symbols.length) {
      symbols = Arrays.copyOf(symbols, 2 * count + 16);
      offsets = Arrays.copyOf(offsets, symbols.length);
    }
    add(symbol, Math.clamp(offset - base, Integer.MIN_VALUE, Integer.MAX_VALUE));
  }

  /** Byte offset in the document that the block starts at. */
  long offset() {
    return base;
  }

  /** Byte offset in the document of the symbol at an index. */
  long offset(int index) {
    return base + offsets[index];
  }
}
