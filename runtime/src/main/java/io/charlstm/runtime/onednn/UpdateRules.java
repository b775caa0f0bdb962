package io.charlstm.runtime.onednn;

import io.charlstm.runtime.OptimizerConfig;
import io.charlstm.runtime.OptimizerConfig.Adadelta;
import io.charlstm.runtime.OptimizerConfig.Adam;
import io.charlstm.runtime.OptimizerConfig.AdamW;
import io.charlstm.runtime.OptimizerConfig.RmsProp;
import io.charlstm.runtime.OptimizerConfig.Sgd;
import io.charlstm.runtime.kernels.Kernels;
import io.charlstm.runtime.kernels.UpdateStep;
import java.util.List;

/** What each optimizer keeps, and its coefficients for the kernels. */
final class UpdateRules {
  private UpdateRules() {}

  /** Names of the moments, as in PyTorch's optimizer state. */
  static List<String> momentNames(OptimizerConfig config) {
    return switch (config) {
      case Adam _ -> List.of("exp_avg", "exp_avg_sq");
      case AdamW _ -> List.of("exp_avg", "exp_avg_sq");
      case Sgd sgd -> sgd.momentum() > 0 ? List.of("momentum_buffer") : List.of();
      case RmsProp rms ->
          rms.momentum() > 0 ? List.of("square_avg", "momentum_buffer") : List.of("square_avg");
      case Adadelta _ -> List.of("square_avg", "acc_delta");
    };
  }

  /**
   * Sets everything but the clipping for one step. Products and powers are taken in double and
   * rounded once, as PyTorch does.
   *
   * @param step number of this step, from 1
   */
  static void setCoefficients(OptimizerConfig config, double rate, long step, UpdateStep to) {
    to.weightDecay = (float) config.weightDecay();
    to.parameterScale = 1;
    to.stepSize = (float) rate;
    switch (config) {
      case Adam adam -> setAdam(adam.beta1(), adam.beta2(), adam.epsilon(), rate, step, to);
      case AdamW adam -> {
        setAdam(adam.beta1(), adam.beta2(), adam.epsilon(), rate, step, to);
        to.weightDecay = 0;
        to.parameterScale = (float) (1 - rate * adam.weightDecay());
      }
      case Sgd sgd -> {
        to.firstDecay = (float) sgd.momentum();
        to.nesterov = sgd.nesterov();
      }
      case RmsProp rms -> {
        to.firstDecay = (float) rms.momentum();
        setSquares(rms.alpha(), rms.epsilon(), to);
      }
      case Adadelta adadelta -> setSquares(adadelta.rho(), adadelta.epsilon(), to);
    }
  }

  private static void setAdam(
      double beta1, double beta2, double epsilon, double rate, long step, UpdateStep to) {
    to.firstDecay = (float) beta1;
    to.firstGain = (float) (1 - beta1);
    setSquares(beta2, epsilon, to);
    to.stepSize = (float) (rate / (1 - Math.pow(beta1, (double) step)));
    to.rootSecondCorrection = (float) Math.sqrt(1 - Math.pow(beta2, (double) step));
  }

  private static void setSquares(double decay, double epsilon, UpdateStep to) {
    to.secondDecay = (float) decay;
    to.secondGain = (float) (1 - decay);
    to.epsilon = (float) epsilon;
  }

  /** Runs the rule over a part of the block; addresses of moments it has not are ignored. */
  static void apply(
      OptimizerConfig config,
      Kernels kernels,
      long parameters,
      long gradients,
      long first,
      long second,
      long count,
      UpdateStep step) {
    switch (config) {
      case Adam _, AdamW _ -> kernels.adam(parameters, gradients, first, second, count, step);
      case Sgd sgd ->
          kernels.sgd(parameters, gradients, sgd.momentum() > 0 ? first : 0, count, step);
      case RmsProp rms ->
          kernels.rmsProp(
              parameters, gradients, first, rms.momentum() > 0 ? second : 0, count, step);
      case Adadelta _ -> kernels.adadelta(parameters, gradients, first, second, count, step);
    }
  }
}
