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

  // Constants are kept as vectors: the compiler inlines up to a number of nodes, and broadcasting
  // them at each use spends most of it. What is left over is called, and its vectors are boxed.
  private static final FloatVector ZERO = broadcast(0f);
  private static final FloatVector ONE = broadcast(1f);
  private static final FloatVector TWO = broadcast(2f);
  private static final FloatVector MINUS_ONE = broadcast(-1f);
  private static final FloatVector SIGMOID_SCALE = logisticScale(1f);
  private static final FloatVector TANH_SCALE = logisticScale(2f);
  private static final FloatVector LIMIT = broadcast(ScalarMath.LIMIT);
  private static final FloatVector MINUS_LIMIT = broadcast(-ScalarMath.LIMIT);
  private static final FloatVector LOG2_E = broadcast(ScalarMath.LOG2_E);
  private static final FloatVector ROUNDER = broadcast(ScalarMath.ROUNDER);
  private static final FloatVector MINUS_LN2_HIGH = broadcast(-ScalarMath.LN2_HIGH);
  private static final FloatVector MINUS_LN2_LOW = broadcast(-ScalarMath.LN2_LOW);
  private static final FloatVector P0 = broadcast(ScalarMath.P0);
  private static final FloatVector P1 = broadcast(ScalarMath.P1);
  private static final FloatVector P2 = broadcast(ScalarMath.P2);
  private static final FloatVector P3 = broadcast(ScalarMath.P3);
  private static final FloatVector P4 = broadcast(ScalarMath.P4);
  private static final FloatVector P5 = broadcast(ScalarMath.P5);
  private static final FloatVector POWER_LIMIT = broadcast(ScalarMath.POWER_LIMIT);
  private static final FloatVector MINUS_POWER_LIMIT = broadcast(-ScalarMath.POWER_LIMIT);
  private static final FloatVector Q0 = broadcast(ScalarMath.Q0);
  private static final FloatVector Q1 = broadcast(ScalarMath.Q1);
  private static final FloatVector Q2 = broadcast(ScalarMath.Q2);
  private static final FloatVector Q3 = broadcast(ScalarMath.Q3);
  private static final FloatVector Q4 = broadcast(ScalarMath.Q4);
  private static final FloatVector Q5 = broadcast(ScalarMath.Q5);

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
    FloatVector x = value.max(MINUS_LIMIT).min(LIMIT);
    FloatVector shifted = x.fma(LOG2_E, ROUNDER);
    FloatVector n = shifted.sub(ROUNDER);
    FloatVector r = n.fma(MINUS_LN2_LOW, n.fma(MINUS_LN2_HIGH, x));
    FloatVector p = P0.fma(r, P1).fma(r, P2).fma(r, P3).fma(r, P4).fma(r, P5);
    p = p.fma(r.mul(r), r).add(ONE);
    var exponent = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
    return p.reinterpretAsInts().add(exponent).reinterpretAsFloats();
  }

  /**
   * The same operations as {@link ScalarMath#logistic}. In one method, and bounded by comparisons:
   * min and max take six instructions each, as Java's rules for NaN and -0 have it.
   *
   * @param scale {@link #logisticScale} of m
   * @param offset 1 - m
   */
  static FloatVector logistic(FloatVector x, FloatVector scale, FloatVector m, FloatVector offset) {
    FloatVector u = x.mul(scale);
    u = u.blend(POWER_LIMIT, u.compare(VectorOperators.GT, POWER_LIMIT));
    u = u.blend(MINUS_POWER_LIMIT, u.compare(VectorOperators.LT, MINUS_POWER_LIMIT));
    FloatVector shifted = u.add(ROUNDER);
    FloatVector f = u.sub(shifted.sub(ROUNDER));
    FloatVector p = Q0.fma(f, Q1).fma(f, Q2).fma(f, Q3).fma(f, Q4).fma(f, Q5).fma(f, ONE);
    var exponent = shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
    FloatVector power = p.reinterpretAsInts().add(exponent).reinterpretAsFloats();
    return m.div(power.add(ONE)).add(offset);
  }

  /** What {@link #logistic} multiplies x by. */
  static FloatVector logisticScale(float m) {
    return broadcast(-m * ScalarMath.LOG2_E);
  }

  public static FloatVector sigmoid(FloatVector x) {
    return logistic(x, SIGMOID_SCALE, ONE, ZERO);
  }

  public static FloatVector tanh(FloatVector x) {
    return logistic(x, TANH_SCALE, TWO, MINUS_ONE);
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
