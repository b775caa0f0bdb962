package io.charlstm.runtime.cudnn.decode;

import io.charlstm.bindings.cuda.CudaStream;
import io.charlstm.bindings.cuda.Kernel;
import io.charlstm.bindings.cuda.KernelCall;
import io.charlstm.runtime.ownership.Resources;
import java.util.function.Function;

/** A step by our own kernels, each a product fused with what follows it. */
final class KernelFeed implements FeedPass {
  private final Resources resources = new Resources();
  private final DecoderBuffers buffers;
  private final Function<String, Kernel> kernels;
  private final ProductPlan layerPlan;
  private final ProductPlan outputPlan;
  private final KernelCall[][] layers = new KernelCall[2][];
  private final KernelCall[] outputs = new KernelCall[2];

  KernelFeed(DecoderBuffers buffers, Function<String, Kernel> kernels) {
    this.buffers = buffers;
    this.kernels = kernels;
    this.layerPlan = buffers.plan().layers();
    this.outputPlan = buffers.plan().output();
    try {
      for (int parity = 0; parity < 2; parity++) {
        layers[parity] = new KernelCall[buffers.shape().layers()];
        for (int layer = 0; layer < layers[parity].length; layer++) {
          layers[parity][layer] = resources.own(layer(parity, layer));
        }
        outputs[parity] = resources.own(output(parity));
      }
    } catch (RuntimeException | Error e) {
      resources.abandon(e);
      throw e;
    }
  }

  private KernelCall layer(int parity, int layer) {
    DecodeShape shape = buffers.shape();
    StreamStates states = buffers.states();
    boolean first = layer == 0;
    return kernels
        .apply(layerPlan.kernel("layer"))
        .call(
            buffers.weights().layer(layer),
            buffers.weights().base(layer),
            first && shape.inputTable() ? 1 : 0,
            first ? buffers.weights().embedding() : states.hidden(1 - parity, layer - 1),
            shape.inputChunks(layer),
            first ? 1 : 0,
            buffers.tokens(),
            states.hidden(parity, layer),
            states.hidden(1 - parity, layer),
            states.cell(layer),
            shape.hidden(),
            shape.hiddenChunks(),
            shape.streams());
  }

  private KernelCall output(int parity) {
    DecodeShape shape = buffers.shape();
    return kernels
        .apply(outputPlan.kernel("output"))
        .call(
            buffers.weights().output(),
            buffers.weights().outputBias(),
            buffers.states().hidden(1 - parity, shape.layers() - 1),
            shape.hiddenChunks(),
            buffers.tokens(),
            buffers.states().logits(),
            shape.vocabulary(),
            shape.streams());
  }

  @Override
  public void run(CudaStream stream, int parity) {
    for (KernelCall layer : layers[parity]) {
      layer.launch(stream, layerPlan.blocks(), layerPlan.threads());
    }
    outputs[parity].launch(stream, outputPlan.blocks(), outputPlan.threads());
  }

  @Override
  public void close() {
    resources.close();
  }
}
