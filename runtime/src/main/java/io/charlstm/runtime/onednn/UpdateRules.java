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
    if (config instanceof Sgd sgd) {
      return sgd.momentum() > 0 ? List.of("momentum_buffer") : List.of();
    }
    if (config instanceof RmsProp rms) {
      return rms.momentum() > 0 ? List.of("square_avg", "momentum_buffer") : List.of("square_avg");
    }
    return config instanceof Adadelta
        ? List.of("square_avg", "acc_delta")
        : List.of("exp_avg", "exp_avg_sq");
  }

  /**
   * Sets everything but the clipping for one step. Products and powers are taken in double and
   * rounded once, as PyTorch does.
   *
   * @param step number of this step, from 1
   */
  @SuppressWarnings("IfChainToSwitch") // for a switch the JVM makes a class at each start
  static void setCoefficients(OptimizerConfig config, double rate, long step, UpdateStep to) {
    to.weightDecay = (float) config.weightDecay();
    to.parameterScale = 1;
    to.stepSize = (float) rate;
    if (config instanceof Adam adam) {
      setAdam(adam.beta1(), adam.beta2(), adam.epsilon(), rate, step, to);
    } else if (config instanceof AdamW adam) {
      setAdam(adam.beta1(), adam.beta2(), adam.epsilon(), rate, step, to);
      to.weightDecay = 0;
      to.parameterScale = (float) (1 - rate * adam.weightDecay());
    } else if (config instanceof Sgd sgd) {
      to.firstDecay = (float) sgd.momentum();
      to.nesterov = sgd.nesterov();
    } else if (config instanceof RmsProp rms) {
      to.firstDecay = (float) rms.momentum();
      setSquares(rms.alpha(), rms.epsilon(), to);
    } else {
      Adadelta adadelta = (Adadelta) config;
      setSquares(adadelta.rho(), adadelta.epsilon(), to);
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
  @SuppressWarnings("IfChainToSwitch") // for a switch the JVM makes a class at each start
  static void apply(
      OptimizerConfig config,
      Kernels kernels,
      long parameters,
      long gradients,
      long first,
      long second,
      long count,
      UpdateStep step) {
    if (config instanceof Sgd sgd) {
      kernels.sgd(parameters, gradients, sgd.momentum() > 0 ? first : 0, count, step);
    } else if (config instanceof RmsProp rms) {
      long momentum = rms.momentum() > 0 ? second : 0;
      kernels.rmsProp(parameters, gradients, first, momentum, count, step);
    } else if (config instanceof Adadelta) {
      kernels.adadelta(parameters, gradients, first, second, count, step);
    } else {
      kernels.adam(parameters, gradients, first, second, count, step);
    }
  }
}
