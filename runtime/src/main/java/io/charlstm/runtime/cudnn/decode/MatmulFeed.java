package io.charlstm.runtime.cudnn.decode;

import io.charlstm.bindings.cuda.BlasLtHandle;
import io.charlstm.bindings.cuda.CudaStream;
import io.charlstm.bindings.cuda.DeviceMemory;
import io.charlstm.bindings.cuda.Kernel;
import io.charlstm.bindings.cuda.KernelCall;
import io.charlstm.runtime.ownership.Resources;
import java.util.function.Function;

/**
 * A step of many streams by cuBLASLt: sums (S,4H) = h W_hh^T and, above the first layer, + x
 * W_ih^T, then the cell by a kernel of our own; likewise the logits. A row of a product depends on
 * no other row.
 */
final class MatmulFeed implements FeedPass {
  private static final long LARGEST_WORKSPACE = 32L << 20;

  private final Resources resources = new Resources();
  private final DecoderBuffers buffers;
  private final MatmulProducts products;
  private final DeviceMemory workspace;
  private final KernelCall[][] cells = new KernelCall[2][];
  private final KernelCall finishLogits;

  MatmulFeed(DecoderBuffers buffers, BlasLtHandle blas, Function<String, Kernel> kernels) {
    this.buffers = buffers;
    DecodePlan plan = buffers.plan();
    try {
      products = resources.own(new MatmulProducts(plan, blas, LARGEST_WORKSPACE));
      workspace =
          products.workspaceBytes() == 0
              ? null
              : resources.own(
                  DeviceMemory.allocate(products.workspaceBytes(), "the decoder's workspace"));
      for (int parity = 0; parity < 2; parity++) {
        cells[parity] = new KernelCall[plan.shape().layers()];
        for (int layer = 0; layer < cells[parity].length; layer++) {
          Kernel kernel = kernels.apply(plan.layers().kernel("layer"));
          cells[parity][layer] = resources.own(cell(kernel, parity, layer));
        }
      }
      finishLogits = resources.own(logits(kernels.apply(plan.output().kernel("output"))));
    } catch (RuntimeException | Error e) {
      resources.abandon(e);
      throw e;
    }
  }

  private KernelCall cell(Kernel kernel, int parity, int layer) {
    DecodeShape shape = buffers.shape();
    StreamStates states = buffers.states();
    return kernel.call(
        buffers.sums(),
        buffers.weights().base(layer),
        layer == 0 ? 1 : 0,
        buffers.tokens(),
        states.hidden(parity, layer),
        states.hidden(1 - parity, layer),
        states.cell(layer),
        shape.hidden(),
        shape.hiddenChunks(),
        shape.streams());
  }

  private KernelCall logits(Kernel kernel) {
    DecodeShape shape = buffers.shape();
    return kernel.call(
        buffers.sums(),
        buffers.weights().outputBias(),
        buffers.tokens(),
        buffers.states().logits(),
        shape.vocabulary(),
        shape.streams());
  }

  @Override
  public void run(CudaStream stream, int parity) {
    DecodePlan plan = buffers.plan();
    StreamStates states = buffers.states();
    long scratch = workspace == null ? 0 : workspace.address();
    int last = plan.shape().layers() - 1;
    for (int layer = 0; layer <= last; layer++) {
      long weights = buffers.weights().layer(layer);
      products.recurrent(
          layer, stream, states.hidden(parity, layer), weights, buffers.sums(), scratch);
      if (layer > 0) {
        long below = states.hidden(1 - parity, layer - 1);
        products.addInput(stream, below, weights, buffers.sums(), scratch);
      }
      cells[parity][layer].launch(stream, plan.layers().blocks(), plan.layers().threads());
    }
    long top = states.hidden(1 - parity, last);
    products.output(stream, top, buffers.weights().output(), buffers.sums(), scratch);
    finishLogits.launch(stream, plan.output().blocks(), plan.output().threads());
  }

  @Override
  public void close() {
    resources.close();
  }
}
