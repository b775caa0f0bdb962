package io.charlstm.data;

/** Checks shared by what fills windows of lanes. */
final class Lanes {
  private Lanes() {}

  static int requirePositive(String what, int value) {
    if (value < 1) {
      throw new CorpusException(what + " is at least 1, not " + value);
    }
    return value;
  }

  static void checkWindow(long window, long windows) {
    if (window < 0 || window >= windows) {
      throw new IndexOutOfBoundsException("window " + window + " of " + windows);
    }
  }
}
