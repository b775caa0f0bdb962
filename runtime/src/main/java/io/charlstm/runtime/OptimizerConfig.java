package io.charlstm.runtime;

/**
 * The update rules, each as PyTorch's {@code torch.optim} defines it; weight decay applies to every
 * parameter. The learning rate is given with each update.
 */
public sealed interface OptimizerConfig {

  double weightDecay();

  /** Adam; weight decay is added to the gradient. */
  record Adam(double beta1, double beta2, double epsilon, double weightDecay)
      implements OptimizerConfig {}

  /** AdamW; weight decay is decoupled from the gradient. */
  record AdamW(double beta1, double beta2, double epsilon, double weightDecay)
      implements OptimizerConfig {}

  /** Stochastic gradient descent with (optionally Nesterov) momentum and no dampening. */
  record Sgd(double momentum, boolean nesterov, double weightDecay) implements OptimizerConfig {}

  /** RMSProp, not centered: {@code alpha} is the decay of the mean square. */
  record RmsProp(double alpha, double epsilon, double momentum, double weightDecay)
      implements OptimizerConfig {}

  /** Adadelta: {@code rho} is the decay of both running means. */
  record Adadelta(double rho, double epsilon, double weightDecay) implements OptimizerConfig {}
}
