package io.charlstm.runtime.contract;

/** Every tolerance of the contract tests, with its reason. */
public final class Tolerances {
  private Tolerances() {}

  /**
   * A backend in fp32 against double precision, per tensor, relative in L2. Rounding is 6e-8 an
   * operation; sums over up to a few thousand terms and chains of a few dozen steps multiply that
   * by some tens, and the fast exp and tanh add a few units in the last place. The engine promises
   * 1e-4.
   */
  public static final double FP32 = 1e-4;

  /** Two windows against one long one on the same backend: only the order of sums may differ. */
  public static final double FP32_SAME_BACKEND = 1e-5;

  /**
   * Parameters after ten updates, relative in L2. Adam and Adadelta divide by the gradient's own
   * size, so where a gradient is small against its terms the step keeps its few correct digits; a
   * step moves a parameter by no more than a hundredth of its size here.
   */
  public static final double TEN_UPDATES = 2e-4;

  /**
   * Moments after ten updates: each is a sum of gradients of ever so slightly different parameters,
   * squared in some, which doubles the error.
   */
  public static final double MOMENTS = 1e-3;

  /** The same of a loss: an average over many parameters. */
  public static final double TEN_LOSSES = 5e-5;

  /**
   * Analytic gradients against central differences in double precision with a step of 1e-5: the
   * truncation is of the order of 1e-10, the rounding 1e-15/1e-5.
   */
  public static final double CENTRAL_DIFFERENCES = 1e-6;

  /** Two orders of the same sums in double precision. */
  public static final double FP64 = 1e-12;

  /**
   * As {@link #FP32} with products of bfloat16: every weight, activation and gradient that a
   * product reads is rounded to 8 bits, which moves it by up to 2^-9 and by half of that in L2. A
   * product of two makes 1.5e-3 of it, and a gradient passes some of them one after the other:
   * below 1e-2 but where terms cancel, as with a vocabulary of two, whose gradients of the scores
   * are opposite.
   */
  public static final double BF16 = 4e-2;

  /** A loss is an average of many logits, each off by {@link #BF16} at most. */
  public static final double BF16_LOSSES = 2e-3;

  /** Squares in second moments double the error of the gradients. */
  public static final double BF16_MOMENTS = 8e-2;

  /** Below this norm an expected tensor counts as zero and the error is absolute. */
  public static final double ZERO_NORM = 1e-6;

  /** Logits against libtorch, absolute: both round to fp32, the logits are of the order of 1. */
  public static final double TORCH_LOGITS = 1e-5;

  /** Double precision read as floats: half a unit in the last place, 6e-8, at most. */
  public static final double READ_AS_FP32 = 1e-7;

  /**
   * Losses of ten updates, both in double precision. Adam's division by the root of a small second
   * moment magnifies the rounding, 1e-16, by up to some thousands.
   */
  public static final double TORCH_FP64_LOSSES = 1e-10;
}
