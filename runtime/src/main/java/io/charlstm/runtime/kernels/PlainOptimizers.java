package io.charlstm.runtime.kernels;

import static io.charlstm.runtime.kernels.Floats.get;
import static io.charlstm.runtime.kernels.Floats.set;

/** Update rules by plain loops, the same operations as the vector loops. */
final class PlainOptimizers {
  private PlainOptimizers() {}

  // The clipped gradient with L2 weight decay.
  private static float gradient(long address, float parameter, UpdateStep s) {
    float clipped = Math.max(Math.min(get(address), s.clipValue), -s.clipValue);
    return Math.fma(parameter, s.weightDecay, clipped * s.gradientScale);
  }

  private static float average(long address, float value, UpdateStep s) {
    return get(address) * s.secondDecay + value * value * s.secondGain;
  }

  private static float root(float value) {
    return (float) Math.sqrt(value);
  }

  static void blend(long values, long target, long bytes, float gain) {
    for (long j = 0; j < bytes; j += 4) {
      float value = get(values + j);
      set(values + j, Math.fma(get(target + j) - value, gain, value));
    }
  }

  static void adam(long parameters, long gradients, long m, long v, long bytes, UpdateStep s) {
    for (long j = 0; j < bytes; j += 4) {
      float parameter = get(parameters + j);
      float gradient = gradient(gradients + j, parameter, s);
      float mean = get(m + j);
      mean = Math.fma(gradient - mean, s.firstGain, mean);
      float square = average(v + j, gradient, s);
      set(m + j, mean);
      set(v + j, square);
      float denominator = root(square) / s.rootSecondCorrection + s.epsilon;
      set(parameters + j, parameter * s.parameterScale - mean * s.stepSize / denominator);
    }
  }

  static void sgd(long parameters, long gradients, long bytes, UpdateStep s) {
    for (long j = 0; j < bytes; j += 4) {
      float parameter = get(parameters + j);
      set(parameters + j, parameter - gradient(gradients + j, parameter, s) * s.stepSize);
    }
  }

  static void momentum(long parameters, long gradients, long momentum, long bytes, UpdateStep s) {
    for (long j = 0; j < bytes; j += 4) {
      float parameter = get(parameters + j);
      float gradient = gradient(gradients + j, parameter, s);
      float velocity = get(momentum + j) * s.firstDecay + gradient;
      set(momentum + j, velocity);
      float direction = s.nesterov ? Math.fma(velocity, s.firstDecay, gradient) : velocity;
      set(parameters + j, parameter - direction * s.stepSize);
    }
  }

  static void rmsProp(
      long parameters,
      long gradients,
      long squareAverage,
      long momentum,
      long bytes,
      UpdateStep s) {
    for (long j = 0; j < bytes; j += 4) {
      float parameter = get(parameters + j);
      float gradient = gradient(gradients + j, parameter, s);
      float square = average(squareAverage + j, gradient, s);
      set(squareAverage + j, square);
      float direction = gradient / (root(square) + s.epsilon);
      if (momentum != 0) {
        direction = get(momentum + j) * s.firstDecay + direction;
        set(momentum + j, direction);
      }
      set(parameters + j, parameter - direction * s.stepSize);
    }
  }

  static void adadelta(
      long parameters,
      long gradients,
      long squareAverage,
      long deltaAverage,
      long bytes,
      UpdateStep s) {
    for (long j = 0; j < bytes; j += 4) {
      float parameter = get(parameters + j);
      float gradient = gradient(gradients + j, parameter, s);
      float square = average(squareAverage + j, gradient, s);
      set(squareAverage + j, square);
      float rootDelta = root(get(deltaAverage + j) + s.epsilon);
      float delta = rootDelta / root(square + s.epsilon) * gradient;
      set(deltaAverage + j, average(deltaAverage + j, delta, s));
      set(parameters + j, parameter - delta * s.stepSize);
    }
  }
}
