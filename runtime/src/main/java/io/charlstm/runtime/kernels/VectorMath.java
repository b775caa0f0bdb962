package io.charlstm.runtime.kernels;

import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Loads, stores and elementary functions on vectors of the machine's preferred width. Only to be
 * touched when the incubator module is present.
 */
public final class VectorMath {
  public static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  /** Lanes of a vector. */
  public static final int LANES = SPECIES.length();

  /** Bytes of a vector. */
  public static final int BYTES = 4 * LANES;

  private static final VectorShuffle<Float> BY_1 = rotation(1);
  private static final VectorShuffle<Float> BY_2 = rotation(2);
  private static final VectorShuffle<Float> BY_4 = rotation(4);
  private static final VectorShuffle<Float> BY_8 = rotation(8);
  private static final VectorShuffle<Float> BY_16 = rotation(16);

  private VectorMath() {}

  private static VectorShuffle<Float> rotation(int lanes) {
    return VectorShuffle.fromOp(SPECIES, lane -> (lane + lanes) % LANES);
  }

  public static FloatVector load(long address) {
    return FloatVector.fromMemorySegment(SPECIES, Floats.ALL, address, ByteOrder.nativeOrder());
  }

  public static void store(FloatVector vector, long address) {
    vector.intoMemorySegment(Floats.ALL, address, ByteOrder.nativeOrder());
  }

  public static FloatVector broadcast(float value) {
    return FloatVector.broadcast(SPECIES, value);
  }

  /** Number of leading elements that fill whole vectors. */
  public static long whole(long count) {
    return count - count % LANES;
  }

  /** The same operations as {@link ScalarMath#exp}. */
  public static FloatVector exp(FloatVector value) {
    FloatVector x = value.max(-ScalarMath.LIMIT).min(ScalarMath.LIMIT);
    FloatVector shifted = x.fma(broadcast(ScalarMath.LOG2_E), broadcast(ScalarMath.ROUNDER));
    FloatVector n = shifted.sub(ScalarMath.ROUNDER);
    FloatVector r = n.fma(broadcast(-ScalarMath.LN2_HIGH), x);
    r = n.fma(broadcast(-ScalarMath.LN2_LOW), r);
    FloatVector p = broadcast(ScalarMath.P0).fma(r, broadcast(ScalarMath.P1));
    p = p.fma(r, broadcast(ScalarMath.P2));
    p = p.fma(r, broadcast(ScalarMath.P3));
    p = p.fma(r, broadcast(ScalarMath.P4));
    p = p.fma(r, broadcast(ScalarMath.P5));
    p = p.fma(r.mul(r), r).add(1f);
    var exponent = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
    return p.reinterpretAsInts().add(exponent).reinterpretAsFloats();
  }

  /** The same operations as {@link ScalarMath#logistic}. */
  static FloatVector logistic(FloatVector x, float scale, float gain, float offset) {
    return broadcast(gain).div(exp(x.mul(scale)).add(1f)).add(offset);
  }

  public static FloatVector sigmoid(FloatVector x) {
    return logistic(x, -1f, 1f, 0f);
  }

  public static FloatVector tanh(FloatVector x) {
    return logistic(x, -2f, 2f, -1f);
  }

  /**
   * Sum of the lanes by a fixed tree. {@code reduceLanes(ADD)} may add in any order, and then
   * results would change when the just-in-time compiler steps in.
   */
  public static float sum(FloatVector vector) {
    FloatVector v = vector;
    if (LANES > 16) {
      v = v.add(v.rearrange(BY_16));
    }
    if (LANES > 8) {
      v = v.add(v.rearrange(BY_8));
    }
    if (LANES > 4) {
      v = v.add(v.rearrange(BY_4));
    }
    if (LANES > 2) {
      v = v.add(v.rearrange(BY_2));
    }
    return v.add(v.rearrange(BY_1)).lane(0);
  }
}
