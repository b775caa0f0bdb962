package io.charlstm.runtime.onednn.decode;

import io.charlstm.runtime.kernels.Floats;

/**
 * Panels of int8: a row of float32 scales, one a column, then k rows of words with the four gates
 * of a unit. A weight is q * scale with q from -127 to 127 and scale = the column's largest
 * magnitude / 127.
 *
 * <p>q + 128 is kept, in such a place that shifted (or rotated) it becomes the upper mantissa bits
 * of a float: with the exponent of 256 put in, the float is 384 + q. That is two operations a
 * vector, where widening and converting would be three. So a sum of x * (384 + q) is formed, of
 * which 384 times the sum of x is taken off in the end; the rounding this costs is 1/1000 of what
 * rounding to q costs.
 */
final class BytePanels {
  /** Where the kernels want the eight bits. */
  static final int FIELD = 0x007f8000;

  /** Bits of 256. */
  static final int EXPONENT = 0x43800000;

  /** What the fields read as when q is 0. */
  static final float OFFSET = 384;

  /** Shift to the left that brings the second field into place; to the right the third. */
  static final int SHIFT = 8;

  /** Rotation that brings the fourth field into place. */
  static final int ROTATION = 16;

  private static final int FIELD_SHIFT = 15;
  private static final int ZERO = 128;
  private static final float LARGEST = 127;

  private BytePanels() {}

  static long bytes(int lanes, int k) {
    return 4L * lanes * (DecoderKernels.PANEL_VECTORS + k);
  }

  static void encode(float[] rows, int k, int lanes, long to) {
    int panel = DecoderKernels.PANEL_VECTORS * lanes;
    float[] scales = new float[panel];
    for (int column = 0; column < panel; column++) {
      scales[column] = scale(rows, k, column, panel);
    }
    Floats.write(to, scales, 0, panel);
    long address = to + 4L * panel;
    for (int row = 0; row < k * panel; row += panel) {
      for (int lane = 0; lane < lanes; lane++) {
        Floats.setInt(address, word(rows, row, scales, lane, lanes));
        address += Integer.BYTES;
      }
    }
  }

  private static float scale(float[] rows, int k, int column, int panel) {
    float most = 0;
    for (int j = 0; j < k; j++) {
      most = Math.max(most, Math.abs(rows[j * panel + column]));
    }
    if (!(most < Float.POSITIVE_INFINITY)) {
      // A weight that is not finite makes all results NaN, as it would in float32.
      return Float.NaN;
    }
    float scale = most / LARGEST;
    return scale * LARGEST < Float.POSITIVE_INFINITY ? scale : Math.nextDown(scale);
  }

  private static int word(float[] rows, int row, float[] scales, int lane, int lanes) {
    int first = field(rows[row + lane], scales[lane]);
    int second = field(rows[row + lane + lanes], scales[lane + lanes]);
    int third = field(rows[row + lane + 2 * lanes], scales[lane + 2 * lanes]);
    int fourth = field(rows[row + lane + 3 * lanes], scales[lane + 3 * lanes]);
    return first | (second >>> SHIFT) | (third << SHIFT) | Integer.rotateRight(fourth, ROTATION);
  }

  private static int field(float weight, float scale) {
    double q = scale > 0 ? Math.rint((double) weight / scale) : 0;
    return (ZERO + (int) Math.clamp(q, -LARGEST, LARGEST)) << FIELD_SHIFT;
  }

  /** The float of a field that is in place: 384 + q. */
  static float value(int word) {
    return Float.intBitsToFloat((word & FIELD) | EXPONENT);
  }
}
