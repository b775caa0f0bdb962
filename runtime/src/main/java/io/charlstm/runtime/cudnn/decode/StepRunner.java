package io.charlstm.runtime.cudnn.decode;

import io.charlstm.bindings.cuda.CudaGraph;
import io.charlstm.bindings.cuda.CudaStream;
import io.charlstm.runtime.ownership.Resources;

/**
 * Queues steps. Whole chunks are replayed as one graph, which is captured when it is first needed;
 * it takes all that changes, the sampling configuration too, from device memory. Other steps are
 * launched kernel by kernel, with the same results.
 */
final class StepRunner implements AutoCloseable {
  private final Resources resources = new Resources();
  private final CudaStream stream;
  private final StepKernels kernels;
  private final boolean useGraphs;
  private final CudaGraph[] graphs = new CudaGraph[2];
  private int parity;
  private boolean drew;

  StepRunner(CudaStream stream, StepKernels kernels, boolean useGraphs) {
    this.stream = stream;
    this.kernels = kernels;
    this.useGraphs = useGraphs;
  }

  /** Which of the two h is the current one. */
  int parity() {
    return parity;
  }

  /** Goes back to a state whose current h was this one. */
  void parity(int earlier) {
    parity = earlier;
  }

  void reset() {
    kernels.reset(stream, parity);
  }

  /** Feeds the tokens on the device. */
  void feed() {
    kernels.feed(stream, parity);
    parity = 1 - parity;
  }

  /** How many of {@code steps} steps to queue at a time. */
  int next(int steps) {
    // Every kernel runs once outside of a graph, as it may be loaded only then.
    return drew ? Math.min(steps, DecoderBuffers.CHUNK) : Math.min(steps, 1);
  }

  /** Draws and feeds up to a chunk of steps; their tokens are the first rows of the drawn ones. */
  void draw(int steps) {
    if (steps == DecoderBuffers.CHUNK && useGraphs) {
      graph().launch(stream);
      return;
    }
    drawSingly(steps);
    drew = true;
  }

  private void drawSingly(int steps) {
    for (int step = 0; step < steps; step++) {
      kernels.draw(stream, step);
      feed();
    }
  }

  private CudaGraph graph() {
    if (graphs[parity] == null) {
      stream.beginCapture();
      try {
        drawSingly(DecoderBuffers.CHUNK);
        graphs[parity] = resources.own(stream.endCapture());
      } catch (RuntimeException | Error e) {
        stream.abandonCapture();
        throw e;
      }
    }
    return graphs[parity];
  }

  @Override
  public void close() {
    resources.close();
  }
}
