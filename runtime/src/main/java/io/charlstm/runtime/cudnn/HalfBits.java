package io.charlstm.runtime.cudnn;

/** 16-bit floats of a precision as their bits. */
final class HalfBits {
  private HalfBits() {}

  static float toFloat(Precision precision, short bits) {
    return precision == Precision.FP16
        ? Float.float16ToFloat(bits)
        : Float.intBitsToFloat(bits << 16);
  }

  /** Rounds to the nearest value, ties to even. */
  static short of(Precision precision, float value) {
    if (precision == Precision.FP16) {
      return Float.floatToFloat16(value);
    }
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      // A NaN whose payload is in the lower half must not become infinite.
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
  }
}
