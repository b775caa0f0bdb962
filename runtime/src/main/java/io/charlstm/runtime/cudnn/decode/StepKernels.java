package io.charlstm.runtime.cudnn.decode;

import io.charlstm.bindings.cuda.CudaStream;
import io.charlstm.bindings.cuda.Kernel;
import io.charlstm.bindings.cuda.KernelCall;
import io.charlstm.runtime.ownership.Resources;
import java.util.function.Function;

/**
 * The kernels of a step, prepared: drawing tokens, the layers, the output; and of resetting
 * streams. A step reads h of one parity and writes that of the other.
 */
final class StepKernels implements AutoCloseable {
  private static final int WARP = 32;
  private static final int RESET_THREADS = 128;

  private final Resources resources = new Resources();
  private final DecoderBuffers buffers;
  private final Function<String, Kernel> kernels;
  private final ProductPlan layerPlan;
  private final ProductPlan outputPlan;
  private final int streams;
  private final int drawThreads;
  private final KernelCall[][] layers = new KernelCall[2][];
  private final KernelCall[] outputs = new KernelCall[2];
  private final KernelCall[] resets = new KernelCall[2];
  private final KernelCall[] draws = new KernelCall[DecoderBuffers.CHUNK];

  StepKernels(
      DecoderBuffers buffers,
      Function<String, Kernel> kernels,
      ProductPlan layerPlan,
      ProductPlan outputPlan) {
    this.buffers = buffers;
    this.kernels = kernels;
    this.layerPlan = layerPlan;
    this.outputPlan = outputPlan;
    DecodeShape shape = buffers.shape();
    streams = shape.streams();
    int needed = Math.ceilDiv(shape.vocabulary(), WARP) * WARP;
    drawThreads = Math.min(needed, buffers.ranksInShared() ? 256 : 1024);
    try {
      for (int parity = 0; parity < 2; parity++) {
        layers[parity] = new KernelCall[shape.layers()];
        for (int layer = 0; layer < shape.layers(); layer++) {
          layers[parity][layer] = resources.own(layer(parity, layer));
        }
        outputs[parity] = resources.own(output(parity));
        resets[parity] = resources.own(reset(parity));
      }
      for (int step = 0; step < draws.length; step++) {
        draws[step] = resources.own(draw(step));
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
            streams);
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
            streams);
  }

  private KernelCall reset(int parity) {
    DecodeShape shape = buffers.shape();
    StreamStates states = buffers.states();
    return kernels
        .apply("charlstm_decode_reset")
        .call(
            buffers.resets(),
            buffers.newSeeds(),
            states.seeds(),
            states.draws(),
            states.hidden(parity),
            states.cell(),
            shape.layers(),
            shape.stride());
  }

  private KernelCall draw(int step) {
    StreamStates states = buffers.states();
    long logits = states.logits();
    int vocabulary = buffers.shape().vocabulary();
    long settings = buffers.settings();
    long tokens = buffers.tokens();
    long drawn = buffers.drawn(step);
    if (buffers.ranksInShared()) {
      return kernels
          .apply("charlstm_sample_small")
          .call(logits, vocabulary, settings, states.seeds(), states.draws(), tokens, drawn);
    }
    return kernels
        .apply("charlstm_sample_large")
        .call(
            logits,
            vocabulary,
            settings,
            states.seeds(),
            states.draws(),
            tokens,
            drawn,
            buffers.ranking());
  }

  /** Queues the resets that the device's flags and seeds tell, in h of {@code parity}. */
  void reset(CudaStream stream, int parity) {
    resets[parity].launch(stream, streams, RESET_THREADS);
  }

  /** Queues the drawing of a token for every stream, the {@code step}-th of a chunk. */
  void draw(CudaStream stream, int step) {
    draws[step].launch(stream, streams, drawThreads);
  }

  /** Queues the feeding of the streams' tokens, from h of {@code parity} to that of the other. */
  void feed(CudaStream stream, int parity) {
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
