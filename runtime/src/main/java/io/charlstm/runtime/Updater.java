package io.charlstm.runtime;

import java.util.List;

/** An optimizer with its moments: turns the gradients into a parameter update in one call. */
public interface Updater extends AutoCloseable {

  OptimizerConfig config();

  /**
   * Clips the gradients and updates the parameters; one step. When the gradients' global norm is
   * not finite, nothing is changed and the step does not count.
   *
   * @param learningRate step size
   * @param clipNorm bound on the global L2 norm over all parameters, as in PyTorch's {@code
   *     clip_grad_norm_} (factor clipNorm/(norm+1e-6) when below 1); 0 = none
   * @param clipValue bound on each element's magnitude, applied before the norm; 0 = none
   */
  void update(double learningRate, double clipNorm, double clipValue);

  /** Global L2 norm of the gradients at the last update, before clipping by norm. */
  double readGradientNorm();

  /** Updates applied so far. */
  long step();

  /** Sets the number of updates applied, when a run is resumed. */
  void setStep(long step);

  /** Names of the moments this rule keeps, PyTorch's: {@code exp_avg}, {@code square_avg}, ... */
  List<String> momentNames();

  ParameterBlock moment(String name);

  /** What weights it keeps beside the parameters. */
  ShadowConfig shadowConfig();

  /**
   * The weights beside the parameters.
   *
   * @throws IllegalStateException if it keeps none
   */
  ParameterBlock shadow();

  /**
   * Exchanges the parameters with the weights beside them, to the last bit, between steps: what
   * computes with the network then uses those. A second exchange makes it as it was.
   *
   * @throws IllegalStateException if there are none
   */
  void exchangeShadow();

  @Override
  void close();
}
