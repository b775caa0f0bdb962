package io.charlstm.runtime.onednn;

import io.charlstm.runtime.ownership.Resources;

/**
 * Products by oneDNN's matmul on packed weights, both in the plan's storage with float32 results:
 * some overhead a call, but a faster product for larger H.
 */
final class PackedProducts implements StepProducts {
  private final PlanContext context;
  private final PlanShape shape;
  private final Resources resources = new Resources();

  /** By layer, the slices of each together. */
  private final LayerProduct[] forward;

  /** The same; none where nothing is trained. */
  private final LayerProduct[] backward;

  PackedProducts(PlanContext context) {
    this.context = context;
    this.shape = context.shape();
    forward = new LayerProduct[shape.layers() * shape.slices()];
    backward = new LayerProduct[shape.training() ? forward.length : 0];
    try {
      fill(forward, true);
      fill(backward, false);
    } catch (RuntimeException | Error e) {
      resources.abandon(e);
      throw e;
    }
  }

  private void fill(LayerProduct[] products, boolean isForward) {
    for (int i = 0; i < products.length; i++) {
      int slices = shape.slices();
      products[i] = resources.own(new LayerProduct(context, i / slices, i % slices, isForward));
    }
  }

  @Override
  public String description() {
    String kind = shape.batchedInput() ? "packed, batched inputs, " : "packed ";
    return kind + forward[0].implementation();
  }

  @Override
  public long scratchBytes() {
    long bytes = 0;
    for (LayerProduct product : forward) {
      bytes = Math.max(bytes, product.scratchBytes());
    }
    for (LayerProduct product : backward) {
      bytes = Math.max(bytes, product.scratchBytes());
    }
    return bytes;
  }

  @Override
  public void reserve(Carver carver) {
    for (LayerProduct product : forward) {
      product.reserve(carver);
    }
    for (LayerProduct product : backward) {
      product.reserve(carver);
    }
  }

  @Override
  public void bind(ShardSlice[] slices, SliceWeights weights) {
    for (LayerProduct product : forward) {
      product.bind(slices, weights);
    }
    for (LayerProduct product : backward) {
      product.bind(slices, weights);
    }
  }

  @Override
  public void prepare(int worker) {
    int workers = context.workers().count();
    int packings = forward.length + backward.length;
    for (int i = worker; i < packings; i += workers) {
      LayerProduct product = i < forward.length ? forward[i] : backward[packings - 1 - i];
      product.prepare(worker);
    }
  }

  private LayerProduct of(LayerProduct[] products, ShardSlice slice, int layer) {
    return products[layer * shape.slices() + slice.index];
  }

  @Override
  public void forwardInputs(ShardSlice slice, int layer, int step) {
    of(forward, slice, layer).executeInputs(slice, step);
  }

  @Override
  public void forward(ShardSlice slice, int layer, int step) {
    of(forward, slice, layer).execute(slice, step);
  }

  @Override
  public void backward(ShardSlice slice, int layer, int step) {
    of(backward, slice, layer).execute(slice, step);
  }

  @Override
  public void backwardInputs(ShardSlice slice, int layer, int step) {
    of(backward, slice, layer).executeInputs(slice, step);
  }

  @Override
  public void close() {
    resources.close();
  }
}
