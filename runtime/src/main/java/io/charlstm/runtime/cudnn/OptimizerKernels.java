package io.charlstm.runtime.cudnn;

import io.charlstm.runtime.OptimizerConfig;
import io.charlstm.runtime.OptimizerConfig.Adadelta;
import io.charlstm.runtime.OptimizerConfig.Adam;
import io.charlstm.runtime.OptimizerConfig.AdamW;
import io.charlstm.runtime.OptimizerConfig.RmsProp;
import io.charlstm.runtime.OptimizerConfig.Sgd;
import java.util.List;

/**
 * An optimizer's kernel and coefficients.
 *
 * @param kernel that applies it
 * @param momentNames as in PyTorch's optimizer state, in the order of the kernel's arguments
 * @param firstDecay decay of the first moment or velocity; its gain is 1 - decay
 * @param secondDecay decay of the second moment; its gain is 1 - decay
 * @param weightDecay what joins the gradient
 * @param decoupledDecay what shrinks the parameter by itself
 * @param biasCorrected whether moments are corrected for their start at zero
 */
record OptimizerKernels(
    String kernel,
    List<String> momentNames,
    double firstDecay,
    double secondDecay,
    double epsilon,
    double weightDecay,
    double decoupledDecay,
    boolean nesterov,
    boolean biasCorrected) {

  static OptimizerKernels of(OptimizerConfig config) {
    return switch (config) {
      case Adam c -> adam(c.beta1(), c.beta2(), c.epsilon(), c.weightDecay(), 0);
      case AdamW c -> adam(c.beta1(), c.beta2(), c.epsilon(), 0, c.weightDecay());
      case Sgd c -> {
        List<String> moments = c.momentum() > 0 ? List.of("momentum_buffer") : List.of();
        yield plain("charlstm_sgd", moments, c.momentum(), 0, 0, c.weightDecay(), c.nesterov());
      }
      case RmsProp c -> {
        List<String> moments =
            c.momentum() > 0 ? List.of("square_avg", "momentum_buffer") : List.of("square_avg");
        yield plain(
            "charlstm_rmsprop",
            moments,
            c.momentum(),
            c.alpha(),
            c.epsilon(),
            c.weightDecay(),
            false);
      }
      case Adadelta c -> {
        List<String> moments = List.of("square_avg", "acc_delta");
        yield plain("charlstm_adadelta", moments, 0, c.rho(), c.epsilon(), c.weightDecay(), false);
      }
    };
  }

  private static OptimizerKernels adam(
      double beta1, double beta2, double epsilon, double weightDecay, double decoupledDecay) {
    List<String> moments = List.of("exp_avg", "exp_avg_sq");
    return new OptimizerKernels(
        "charlstm_adam", moments, beta1, beta2, epsilon, weightDecay, decoupledDecay, false, true);
  }

  private static OptimizerKernels plain(
      String kernel,
      List<String> moments,
      double firstDecay,
      double secondDecay,
      double epsilon,
      double weightDecay,
      boolean nesterov) {
    return new OptimizerKernels(
        kernel, moments, firstDecay, secondDecay, epsilon, weightDecay, 0, nesterov, false);
  }

  /** Decay of the first moment where it is corrected for its start, else 0. */
  double correctedFirst() {
    return biasCorrected ? firstDecay : 0;
  }

  /** Decay of the second moment where it is corrected for its start, else 0. */
  double correctedSecond() {
    return biasCorrected ? secondDecay : 0;
  }
}
