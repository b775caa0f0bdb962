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
   * Computes the pre-activations of a step, of a slice's units: gates = [x,h] W + b, or, where
   * layer 0 has its input part from the table, gates += h W.
   */
  void forward(ShardSlice slice, int layer, int step);

  /** Computes a slice's columns of [dx,dh] of a step = gate gradients times W transposed. */
  void backward(ShardSlice slice, int layer, int step);

  @Override
  void close();
}
