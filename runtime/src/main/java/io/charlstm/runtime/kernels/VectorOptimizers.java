package io.charlstm.runtime.kernels;

import static io.charlstm.runtime.kernels.VectorMath.BYTES;
import static io.charlstm.runtime.kernels.VectorMath.broadcast;
import static io.charlstm.runtime.kernels.VectorMath.load;
import static io.charlstm.runtime.kernels.VectorMath.store;

import jdk.incubator.vector.FloatVector;

/** Update rules with the Vector API over whole vectors; the tails are left to the plain loops. */
final class VectorOptimizers {
  private VectorOptimizers() {}

  // The clipped gradient with L2 weight decay.
  private static FloatVector gradient(long address, FloatVector parameter, UpdateStep s) {
    FloatVector clipped = load(address).min(s.clipValue).max(-s.clipValue);
    return parameter.fma(broadcast(s.weightDecay), clipped.mul(s.gradientScale));
  }

  private static FloatVector average(long address, FloatVector value, UpdateStep s) {
    return load(address).mul(s.secondDecay).add(value.mul(value).mul(s.secondGain));
  }

  static void blend(long values, long target, long bytes, float gain) {
    for (long j = 0; j < bytes; j += BYTES) {
      FloatVector value = load(values + j);
      store(load(target + j).sub(value).fma(broadcast(gain), value), values + j);
    }
  }

  static void adam(long parameters, long gradients, long m, long v, long bytes, UpdateStep s) {
    for (long j = 0; j < bytes; j += BYTES) {
      FloatVector parameter = load(parameters + j);
      FloatVector gradient = gradient(gradients + j, parameter, s);
      FloatVector mean = load(m + j);
      mean = gradient.sub(mean).fma(broadcast(s.firstGain), mean);
      FloatVector square = average(v + j, gradient, s);
      store(mean, m + j);
      store(square, v + j);
      FloatVector denominator = square.sqrt().div(s.rootSecondCorrection).add(s.epsilon);
      FloatVector scaled = parameter.mul(s.parameterScale);
      store(scaled.sub(mean.mul(s.stepSize).div(denominator)), parameters + j);
    }
  }

  static void sgd(long parameters, long gradients, long bytes, UpdateStep s) {
    for (long j = 0; j < bytes; j += BYTES) {
      FloatVector parameter = load(parameters + j);
      FloatVector gradient = gradient(gradients + j, parameter, s);
      store(parameter.sub(gradient.mul(s.stepSize)), parameters + j);
    }
  }

  static void momentum(long parameters, long gradients, long momentum, long bytes, UpdateStep s) {
    boolean nesterov = s.nesterov;
    for (long j = 0; j < bytes; j += BYTES) {
      FloatVector parameter = load(parameters + j);
      FloatVector gradient = gradient(gradients + j, parameter, s);
      FloatVector velocity = load(momentum + j).mul(s.firstDecay).add(gradient);
      store(velocity, momentum + j);
      FloatVector direction = nesterov ? velocity.fma(broadcast(s.firstDecay), gradient) : velocity;
      store(parameter.sub(direction.mul(s.stepSize)), parameters + j);
    }
  }

  static void rmsProp(
      long parameters,
      long gradients,
      long squareAverage,
      long momentum,
      long bytes,
      UpdateStep s) {
    for (long j = 0; j < bytes; j += BYTES) {
      FloatVector parameter = load(parameters + j);
      FloatVector gradient = gradient(gradients + j, parameter, s);
      FloatVector square = average(squareAverage + j, gradient, s);
      store(square, squareAverage + j);
      FloatVector direction = gradient.div(square.sqrt().add(s.epsilon));
      if (momentum != 0) {
        direction = load(momentum + j).mul(s.firstDecay).add(direction);
        store(direction, momentum + j);
      }
      store(parameter.sub(direction.mul(s.stepSize)), parameters + j);
    }
  }

  static void adadelta(
      long parameters,
      long gradients,
      long squareAverage,
      long deltaAverage,
      long bytes,
      UpdateStep s) {
    for (long j = 0; j < bytes; j += BYTES) {
      FloatVector parameter = load(parameters + j);
      FloatVector gradient = gradient(gradients + j, parameter, s);
      FloatVector square = average(squareAverage + j, gradient, s);
      store(square, squareAverage + j);
      FloatVector root = load(deltaAverage + j).add(s.epsilon).sqrt();
      FloatVector delta = root.div(square.add(s.epsilon).sqrt()).mul(gradient);
      store(average(deltaAverage + j, delta, s), deltaAverage + j);
      store(parameter.sub(delta.mul(s.stepSize)), parameters + j);
    }
  }
}
