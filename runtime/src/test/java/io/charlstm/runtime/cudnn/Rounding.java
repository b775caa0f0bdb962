package io.charlstm.runtime.cudnn;

/** 16-bit floats by the Java runtime's own conversions. */
final class Rounding {
  private Rounding() {}

  static short bits(Precision precision, float value) {
    if (precision == Precision.FP16) {
      return Float.floatToFloat16(value);
    }
    if (Float.isNaN(value)) {
      return 0x7fff;
    }
    // The two neighbours of 16 bits, and the nearer of them, the even one on a tie.
    int down = Float.floatToRawIntBits(value) & 0xffff0000;
    int up = down + 0x10000;
    double below = Math.abs((double) value - Float.intBitsToFloat(down));
    double above = Math.abs(widened(up) - value);
    boolean odd = (down & 0x10000) != 0;
    boolean takeUp = Float.isFinite(value) && (above < below || (above == below && odd));
    return (short) ((takeUp ? up : down) >>> 16);
  }

  // Beyond the largest float the rounding goes on as if there were no infinity.
  private static double widened(int bits) {
    float value = Float.intBitsToFloat(bits);
    return Float.isInfinite(value) ? Math.copySign(0x1p128, value) : value;
  }

  static float value(Precision precision, short bits) {
    return precision == Precision.FP16
        ? Float.float16ToFloat(bits)
        : Float.intBitsToFloat(bits << 16);
  }

  /** The nearest value of the precision's type. */
  static float round(Precision precision, float value) {
    return precision.isHalf() ? value(precision, bits(precision, value)) : value;
  }

  /** Half a unit in the last place of 1 in the precision's type, or a bit more. */
  static double epsilon(Precision precision) {
    return switch (precision) {
      case FP32, TF32 -> 0x1p-24;
      case FP16 -> 0x1p-11;
      case BF16 -> 0x1p-8;
    };
  }
}
