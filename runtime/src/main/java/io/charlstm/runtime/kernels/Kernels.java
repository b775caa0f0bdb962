package io.charlstm.runtime.kernels;

/**
 * Loops over float32 values at absolute native addresses. Strides and counts are in elements. No
 * method checks its addresses, allocates, or keeps state, so any number of threads may share one
 * instance.
 */
public interface Kernels {

  /** For people: which set this is and how wide its vectors are. */
  String description();

  /**
   * LSTM cell, forward, for a block of rows of some consecutive hidden units, or of all. But for
   * the pre-activations, and gates of these units only, every address is that of the first of these
   * units in a matrix of all H.
   *
   * @param preactivations (rows,4 units) of i, f, g, o, of these units only
   * @param gates result: the activations (rows,4 gateWidth), which the backward pass needs, rows
   *     {@code gateStride} apart; may be {@code preactivations} where these lie alike
   * @param cPrevious (rows,H)
   * @param c (rows,H) result; may be {@code cPrevious}
   * @param tanhC (rows,H) result: tanh(c)
   * @param h (rows,units) result, rows {@code hStride} apart
   * @param hCopy a second place for h, rows {@code copyStride} apart; 0 = none
   * @param units how many, H at most
   * @param hidden H
   * @param gateWidth columns from one gate to the next in {@code gates}: {@code units} or H
   */
  void lstmForward(
      long preactivations,
      long gates,
      long gateStride,
      long cPrevious,
      long c,
      long tanhC,
      long h,
      long hStride,
      long hCopy,
      long copyStride,
      int rows,
      int units,
      int hidden,
      int gateWidth);

  /**
   * LSTM cell, backward, for a block of rows of some consecutive hidden units, or of all. But for
   * gates of these units only, every address is that of the first of these units in a matrix of all
   * H.
   *
   * @param gates activations (rows,4 gateWidth), rows {@code gateStride} apart; overwritten with
   *     the gradients of the pre-activations
   * @param cPrevious (rows,H)
   * @param tanhC (rows,H)
   * @param dhAbove gradient of h from the layer above (rows,units), rows {@code aboveStride} apart
   * @param dhNext gradient of h from the next step (rows,units), rows {@code nextStride} apart;
   *     with stride 0 every row reads the same, which is how a row of zeros says that there is none
   * @param dc (rows,H) gradient of c from the next step; overwritten with that of the previous c
   * @param dBias (4H) receives the sum over rows, added to what it holds; 0 = none
   * @param units how many, H at most
   * @param hidden H
   * @param gateWidth columns from one gate to the next in {@code gates}: {@code units} or H
   */
  void lstmBackward(
      long gates,
      long gateStride,
      long cPrevious,
      long tanhC,
      long dhAbove,
      long aboveStride,
      long dhNext,
      long nextStride,
      long dc,
      long dBias,
      int rows,
      int units,
      int hidden,
      int gateWidth);

  /**
   * Cross-entropy of each row of logits, which are left as they are.
   *
   * @param logits (rows,V)
   * @param targets (rows) int32; negative = not scored
   * @param losses (rows) receives nats, 0 where not scored; 0 = not wanted
   * @return the sum in nats
   */
  double crossEntropy(long logits, long targets, long losses, int rows, int vocabulary);

  /**
   * Cross-entropy of each row, and its gradient in place of the logits.
   *
   * @param logits (rows,V); overwritten with scale * (softmax - one-hot target), 0 where not scored
   * @param targets (rows) int32; negative = not scored
   * @return the sum in nats
   */
  double crossEntropyGradient(long logits, long targets, int rows, int vocabulary, float scale);

  /** destination += source. */
  void add(long destination, long source, long count);

  /**
   * Adds rows to one, in their order.
   *
   * @param destination (columns)
   * @param source (rows,columns), rows {@code stride} apart
   */
  void addRows(long destination, long source, long stride, long rows, long columns);

  /** destination = a + b. */
  void sum(long destination, long a, long b, long count);

  /**
   * Sum of squares after clipping each value to [-bound,bound], in a fixed order. Infinite when a
   * value is, NaN when one is NaN.
   */
  double sumOfSquares(long values, long count, float bound);

  /**
   * Applies a dropout mask: kept elements are multiplied by {@code scale}, the others become 0.
   * Source and destination may be the same.
   *
   * @param source (rows,width), rows {@code sourceStride} apart
   * @param key the mask, see {@link io.charlstm.runtime.DropoutMask#key}
   * @param firstIndex mask index of the first element
   * @param indexStride from the mask index of one row to that of the next
   * @param threshold see {@link io.charlstm.runtime.DropoutMask#keepThreshold}
   */
  void dropout(
      long source,
      long sourceStride,
      long destination,
      long destinationStride,
      int rows,
      int width,
      long key,
      long firstIndex,
      long indexStride,
      int threshold,
      float scale);

  /**
   * Rounds to bfloat16, see {@link Bf16#round}.
   *
   * @param source (rows,width) float32, rows {@code sourceStride} apart
   * @param destination (rows,width) bfloat16, rows {@code destinationStride} apart
   */
  void toBf16(
      long source,
      long sourceStride,
      long destination,
      long destinationStride,
      int rows,
      int width);

  /**
   * The float32 values of bfloat16 numbers.
   *
   * @param source (rows,width) bfloat16, rows {@code sourceStride} apart
   * @param destination (rows,width) float32, rows {@code destinationStride} apart
   */
  void fromBf16(
      long source,
      long sourceStride,
      long destination,
      long destinationStride,
      int rows,
      int width);

  /** destination = source, or with {@code accumulate} destination += source. */
  default void put(long source, long destination, long count, boolean accumulate) {
    if (accumulate) {
      add(destination, source, count);
    } else {
      Floats.copy(source, destination, count);
    }
  }

  /** values += gain * (target - values). */
  void blend(long values, long target, long count, float gain);

  /** {@code torch.optim.Adam}, or AdamW by the coefficients; m and v are its moments. */
  void adam(long parameters, long gradients, long m, long v, long count, UpdateStep step);

  /** {@code torch.optim.SGD} without dampening. */
  void sgd(long parameters, long gradients, long momentum, long count, UpdateStep step);

  /** {@code torch.optim.RMSprop}, not centered. */
  void rmsProp(
      long parameters,
      long gradients,
      long squareAverage,
      long momentum,
      long count,
      UpdateStep step);

  /** {@code torch.optim.Adadelta}. */
  void adadelta(
      long parameters,
      long gradients,
      long squareAverage,
      long deltaAverage,
      long count,
      UpdateStep step);
}
