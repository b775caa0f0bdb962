package io.charlstm.data;

import java.util.Arrays;

/** Ids by code point in pages of 256, so that a lookup is two array reads for all of Unicode. */
final class CodePointMap {
  static final int ABSENT = -1;
  private static final int PAGE_BITS = 8;
  private static final int PAGE_SIZE = 1 << PAGE_BITS;

  /** Null where no code point of the page has an id. */
  private final int[][] pages = new int[(Character.MAX_CODE_POINT >> PAGE_BITS) + 1][];

  /** The id of a code point from 0 to U+10FFFF, or {@link #ABSENT}. */
  int get(int codePoint) {
    int[] page = pages[codePoint >> PAGE_BITS];
    return page == null ? ABSENT : page[codePoint & (PAGE_SIZE - 1)];
  }

  void put(int codePoint, int id) {
    int page = codePoint >> PAGE_BITS;
    if (pages[page] == null) {
      pages[page] = new int[PAGE_SIZE];
      Arrays.fill(pages[page], ABSENT);
    }
    pages[page][codePoint & (PAGE_SIZE - 1)] = id;
  }
}
