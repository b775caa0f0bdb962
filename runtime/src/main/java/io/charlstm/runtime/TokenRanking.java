package io.charlstm.runtime;

/**
 * Ranks tokens by logit, highest first, lowest id first on a tie. A heap that sorts only as far as
 * it is asked, in place: O(V + k log V) for the first k ranks.
 */
final class TokenRanking {
  /** Logit in the upper half in an order-preserving form, complement of the id in the lower. */
  private final long[] keys;

  /** Elements before this index form a heap with the largest key first; those behind are sorted. */
  private int heapSize;

  TokenRanking(int vocabularySize) {
    keys = new long[vocabularySize];
  }

  /** Starts over with new logits (V), none of them NaN. */
  void rank(float[] logits) {
    for (int id = 0; id < keys.length; id++) {
      keys[id] = (long) sortable(logits[id]) << 32 | (~id & 0xFFFFFFFFL);
    }
    heapSize = keys.length;
    for (int i = heapSize / 2 - 1; i >= 0; i--) {
      siftDown(i);
    }
  }

  /** The token of a rank, 0 being the most likely. */
  int id(int rank) {
    int position = keys.length - 1 - rank;
    while (heapSize > position) {
      heapSize--;
      long top = keys[0];
      keys[0] = keys[heapSize];
      keys[heapSize] = top;
      siftDown(0);
    }
    return idAt(position);
  }

  /**
   * One of the tokens ranked {@code rank} or later, in no particular order; the ranks before it
   * must have been asked for.
   *
   * @param index 0 to V - rank - 1
   */
  int idOfRest(int index) {
    return idAt(index);
  }

  private int idAt(int position) {
    return ~(int) keys[position];
  }

  private void siftDown(int from) {
    int parent = from;
    long key = keys[from];
    while (true) {
      int child = 2 * parent + 1;
      if (child >= heapSize) {
        break;
      }
      if (child + 1 < heapSize && keys[child + 1] > keys[child]) {
        child++;
      }
      if (keys[child] <= key) {
        break;
      }
      keys[parent] = keys[child];
      parent = child;
    }
    keys[parent] = key;
  }

  /** An int that orders as the float does; the two zeros are made one. */
  private static int sortable(float logit) {
    int bits = Float.floatToRawIntBits(logit + 0f);
    return bits ^ (bits >> 31 & Integer.MAX_VALUE);
  }
}
