package io.charlstm.runtime.kernels;

/**
 * Coefficients of one optimizer step, set by the updater before each step and read by the kernels.
 * Mutable so that a training step allocates nothing; written by one thread before the others start.
 */
public final class UpdateStep {
  /** Each gradient is first clipped to [-clipValue,clipValue]; infinity = no clipping. */
  public float clipValue = Float.POSITIVE_INFINITY;

  /** Factor on the clipped gradient, from clipping by norm. */
  public float gradientScale = 1;

  /** Weight decay that is added to the gradient. */
  public float weightDecay;

  /** Factor on the parameter before the update: 1 - lr * decoupled weight decay. */
  public float parameterScale = 1;

  /** Learning rate; for Adam divided by the first bias correction. */
  public float stepSize;

  /** Decay of the first moment: beta1 (Adam), momentum (SGD, RMSProp); 0 = no momentum buffer. */
  public float firstDecay;

  /** 1 - {@link #firstDecay}, rounded from double. */
  public float firstGain;

  /** Decay of the squared average: beta2, alpha or rho. */
  public float secondDecay;

  /** 1 - {@link #secondDecay}, rounded from double. */
  public float secondGain;

  /** Square root of Adam's second bias correction. */
  public float rootSecondCorrection = 1;

  public float epsilon;

  /** Whether SGD looks ahead (Nesterov). */
  public boolean nesterov;
}
