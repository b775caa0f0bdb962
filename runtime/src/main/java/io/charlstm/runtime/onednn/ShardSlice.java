package io.charlstm.runtime.onednn;

/**
 * One worker's part of a shard: some hidden units of every layer through all steps, their gates and
 * gradients, and some steps of the head. Here is what only this worker touches; what its products
 * read of other units it finds in the {@link ShardBuffers}, after the slices of the shard {@link
 * #meet}. A slice of all units is alone and waits for nobody.
 */
final class ShardSlice {
  /** The worker that computes it. */
  final int worker;

  /** Which slice of its shard it is. */
  final int index;

  final ShardBuffers shard;
  final Span units;

  /** Columns of each layer's x whose gradients this slice computes. */
  final Span[] inputs;

  /** Columns of (K,4H) gradients that are summed up chunk by chunk. */
  final Span gateColumns;

  /** Steps of the head. */
  final Span steps;

  /** Row of (T*R) at which these steps begin. */
  final long firstRow;

  /** Gates that follow each other without a gap count as one block. */
  final int blocks;

  /** Columns of a block. */
  final int blockWidth;

  /** Gate pre-activations (R,4 units) of one step, or of a chunk of steps; soon read again. */
  final long preactivations;

  /**
   * Gradients of these columns of x and h of the last few steps, per layer: a ring of (slots,R,w),
   * see {@link #gradientWidth}.
   */
  final long[] stackedGradients;

  /** h or embedded inputs of one step before they are rounded (R,units or inputs); 0 in float32. */
  final long unrounded;

  /** Workspace of the prepared matrix products. */
  final long scratch;

  /** Sum of the losses of the last window, in nats. */
  double loss;

  private final int hidden;
  private final Workers workers;
  private final SpinBarrier group;

  /**
   * Carves the slice's own buffers.
   *
   * @param group where the slices of the shard meet; null for a slice of all units
   */
  ShardSlice(
      PlanShape shape,
      ShardBuffers shard,
      int index,
      long scratchBytes,
      Workers workers,
      SpinBarrier group,
      Carver carver) {
    this.worker = shard.index * shape.slices() + index;
    this.index = index;
    this.shard = shard;
    this.workers = workers;
    this.group = group;
    hidden = shape.hidden();
    units = shape.units(index);
    gateColumns = Span.ofColumns(4 * hidden, index, shape.slices());
    steps = shape.headSteps(index);
    firstRow = (long) steps.first() * shape.rows();
    boolean whole = units.count() == hidden;
    blocks = whole ? 1 : 4;
    blockWidth = whole ? 4 * hidden : units.count();
    long rows = shape.rows();
    long chunk = shape.batchedInput() ? shape.chunk() : 1;
    preactivations = carver.words(Math.multiplyExact(chunk * rows, 4L * units.count()));
    inputs = new Span[shape.layers()];
    stackedGradients = new long[inputs.length];
    int widest = units.count();
    for (int l = 0; l < inputs.length; l++) {
      inputs[l] = shape.inputs(l, index);
      widest = Math.max(widest, inputs[l].count());
      if (shape.training()) {
        long ring = Math.multiplyExact(shape.gradientSlots(l) * rows, gradientWidth(l));
        stackedGradients[l] = carver.words(ring);
      }
    }
    boolean rounds = shape.storage() != Storage.FP32;
    unrounded = rounds ? carver.words(Math.multiplyExact(rows, widest)) : 0;
    scratch = carver.bytes(scratchBytes);
  }

  /** Columns of {@link #stackedGradients}: those of x, then those of h. */
  int gradientWidth(int layer) {
    return inputs[layer].count() + units.count();
  }

  /** Column of a block of gates in a row of 4H. */
  int blockColumn(int block) {
    return block * hidden + units.first();
  }

  /** Waits until all slices of the shard are here. */
  void meet() {
    if (group != null) {
      workers.meet(group);
    }
  }
}
