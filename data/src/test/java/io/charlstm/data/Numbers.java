package io.charlstm.data;

import java.util.Objects;

/**
 * A sequence of any length that takes no memory: the id at i is i modulo a prime, so that sequences
 * of fewer tokens than the prime hold their own positions.
 */
record Numbers(long size) implements TokenSequence {
  private static final long PRIME = 2_147_483_629L;

  static int at(long position) {
    return (int) (position % PRIME);
  }

  @Override
  public int get(long index) {
    return at(Objects.checkIndex(index, size));
  }
}
