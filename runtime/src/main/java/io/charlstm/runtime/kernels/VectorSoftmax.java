package io.charlstm.runtime.kernels;

import static io.charlstm.runtime.kernels.VectorMath.BYTES;
import static io.charlstm.runtime.kernels.VectorMath.broadcast;
import static io.charlstm.runtime.kernels.VectorMath.load;
import static io.charlstm.runtime.kernels.VectorMath.store;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** Passes over one row of logits with the Vector API; sizes in bytes. */
final class VectorSoftmax {
  private VectorSoftmax() {}

  static float max(long row, long bytes) {
    FloatVector max = broadcast(Float.NEGATIVE_INFINITY);
    long j = 0;
    for (; j <= bytes - BYTES; j += BYTES) {
      max = max.max(load(row + j));
    }
    float result = max.reduceLanes(VectorOperators.MAX);
    for (; j < bytes; j += 4) {
      result = Math.max(result, Floats.get(row + j));
    }
    return result;
  }

  /** Sum of exp(x - max). */
  static float sumExp(long row, long bytes, float max) {
    FloatVector sum = broadcast(0);
    long j = 0;
    for (; j <= bytes - BYTES; j += BYTES) {
      sum = sum.add(VectorMath.exp(load(row + j).sub(max)));
    }
    float result = VectorMath.sum(sum);
    for (; j < bytes; j += 4) {
      result += ScalarMath.exp(Floats.get(row + j) - max);
    }
    return result;
  }

  /** Replaces x by exp(x - max) and returns the sum. */
  static float exponentials(long row, long bytes, float max) {
    FloatVector sum = broadcast(0);
    long j = 0;
    for (; j <= bytes - BYTES; j += BYTES) {
      FloatVector e = VectorMath.exp(load(row + j).sub(max));
      store(e, row + j);
      sum = sum.add(e);
    }
    float result = VectorMath.sum(sum);
    for (; j < bytes; j += 4) {
      float e = ScalarMath.exp(Floats.get(row + j) - max);
      Floats.set(row + j, e);
      result += e;
    }
    return result;
  }

  static void scale(long row, long bytes, float factor) {
    long j = 0;
    for (; j <= bytes - BYTES; j += BYTES) {
      store(load(row + j).mul(factor), row + j);
    }
    for (; j < bytes; j += 4) {
      Floats.set(row + j, Floats.get(row + j) * factor);
    }
  }
}
