package io.charlstm.runtime.cudnn;

/**
 * A window's steps in pieces: where each layer has a descriptor of its own, a layer works on one
 * piece while the layer above works on the one before.
 *
 * @param steps of the window
 * @param count of the pieces, which differ by a step at most
 */
record WindowPieces(int steps, int count) {
  // L layers take (count + L - 1) / count as long as one; but every piece has its own launches and
  // smaller products. On an H200, with 1, 2, 4, 8 and 16 pieces, training with dropout made
  // thousand
  // characters a second: 2x256 on windows of 64 steps in tf32 635, 812, 923, 962, 889, in bf16
  // 1282,
  // 1535, 1720, 1611, 1389; 2x512, 128 steps, bf16 1066, 1317, 1470, 1494, 1397; 3x512, 129 steps,
  // bf16 715, 965, 1150, 1217, 1136.
  private static final int STEPS = 16;
  private static final int MOST = 8;
  private static final int LEAST_STEPS_FOR_TWO = 4;

  /** As many as pay; never fewer for more steps. */
  static WindowPieces of(int steps, int parts) {
    boolean whole = parts == 1 || steps < LEAST_STEPS_FOR_TWO;
    return new WindowPieces(steps, whole ? 1 : Math.clamp(steps / STEPS, 2, MOST));
  }

  /** Steps before a piece. */
  int first(int piece) {
    return (int) ((long) steps * piece / count);
  }

  /** Steps of a piece. */
  int length(int piece) {
    return first(piece + 1) - first(piece);
  }
}
