package io.charlstm.runtime.cudnn.decode;

import io.charlstm.bindings.cuda.CudaStream;
import io.charlstm.bindings.cuda.Kernel;
import io.charlstm.bindings.cuda.KernelCall;
import io.charlstm.runtime.ownership.Resources;
import java.util.function.Function;

/**
 * The work of a step, prepared: drawing tokens and feeding them; and of resetting streams. A step
 * reads h of one parity and writes that of the other.
 */
final class StepKernels implements AutoCloseable {
  private static final int WARP = 32;
  private static final int RESET_THREADS = 128;

  private final Resources resources = new Resources();
  private final DecoderBuffers buffers;
  private final Function<String, Kernel> kernels;
  private final FeedPass feed;
  private final int streams;
  private final int drawThreads;
  private final KernelCall[] resets = new KernelCall[2];
  private final KernelCall[] draws = new KernelCall[DecoderBuffers.CHUNK];

  StepKernels(DecoderBuffers buffers, DecoderContext context) {
    this.buffers = buffers;
    this.kernels = context.kernels();
    DecodeShape shape = buffers.shape();
    streams = shape.streams();
    int needed = Math.ceilDiv(shape.vocabulary(), WARP) * WARP;
    drawThreads = Math.min(needed, buffers.ranksInShared() ? 256 : 1024);
    try {
      feed =
          resources.own(
              buffers.plan().isMatmul()
                  ? new MatmulFeed(buffers, context.blas(), kernels)
                  : new KernelFeed(buffers, kernels));
      for (int parity = 0; parity < 2; parity++) {
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
    feed.run(stream, parity);
  }

  @Override
  public void close() {
    resources.close();
  }
}
