package io.charlstm.runtime.contract;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Token arrays as off-heap segments. */
public final class Tokens {
  private Tokens() {}

  /** A copy that lives until it is unreachable. */
  public static MemorySegment of(int... tokens) {
    return Arena.ofAuto().allocateFrom(ValueLayout.JAVA_INT, tokens);
  }

  /** The tokens 0, 3, 6, ... modulo V. */
  public static int[] cycle(int count, int vocabulary) {
    int[] tokens = new int[count];
    for (int i = 0; i < count; i++) {
      tokens[i] = 3 * i % vocabulary;
    }
    return tokens;
  }
}
