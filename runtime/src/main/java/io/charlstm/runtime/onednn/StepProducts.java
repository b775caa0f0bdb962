package io.charlstm.runtime.onednn;

/**
 * The matrix products of single time steps. Weights are rearranged once after each change of the
 * parameters, with weight dropout for each window; between construction and {@link #bind} the plan
 * allocates the memory they ask for.
 */
interface StepProducts extends AutoCloseable {

  /** For people: which kind of product this is. */
  String description();

  /** Bytes of scratch memory each slice needs. */
  long scratchBytes();

  /** Takes the places of the rearranged weights. */
  void reserve(Carver carver);

  /** Readies the calls on the slices' buffers. */
  void bind(ShardSlice[] slices, SliceWeights weights);

  /** Does this worker's share of rearranging the weights. */
  void prepare(int worker);

  /**
   * Before the steps of a chunk, which begins with {@code step}: with {@link
   * PlanShape#batchedInput} what x adds to the pre-activations of all its steps.
   */
  void forwardInputs(ShardSlice slice, int layer, int step);

  /**
   * Computes the pre-activations of a step, of a slice's units: gates = [x,h] W + b, or, where what
   * x adds is there already, from a batch or from layer 0's table, gates += h W.
   */
  void forward(ShardSlice slice, int layer, int step);

  /**
   * Computes a slice's columns of [dx,dh] of a step = gate gradients times W transposed; where
   * inputs are batched only those of dh.
   */
  void backward(ShardSlice slice, int layer, int step);

  /** After the steps of a chunk, which begins with {@code step}: dx where inputs are batched. */
  void backwardInputs(ShardSlice slice, int layer, int step);

  @Override
  void close();
}
