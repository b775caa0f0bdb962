package io.charlstm.runtime.cudnn.decode;

import io.charlstm.bindings.cuda.CudaEvent;
import io.charlstm.bindings.cuda.CudaStream;
import io.charlstm.runtime.SamplingConfig;
import io.charlstm.runtime.ownership.Resources;

/** The part of a decoder that works on the device thread; it has a stream of its own. */
final class DeviceDecoder implements AutoCloseable {
  private final Resources resources = new Resources();
  private final DecoderContext context;
  private final int streams;
  private final CudaStream stream;
  private final CudaEvent written;
  private final DecoderBuffers buffers;
  private final HostStaging staging;
  private final StepRunner runner;
  private final TokenRing ring;

  /** With the parameters as they are now; all streams are reset with seed 0. */
  DeviceDecoder(DecodePlan plan, DecoderContext context) {
    this.context = context;
    streams = plan.shape().streams();
    try {
      stream = resources.own(CudaStream.create());
      written = resources.own(CudaEvent.create(false));
      buffers = resources.own(new DecoderBuffers(plan, context));
      staging = resources.own(new HostStaging(stream, buffers));
      StepKernels kernels = resources.own(new StepKernels(buffers, context));
      runner = resources.own(new StepRunner(stream, kernels, context.graph()));
      ring = resources.own(new TokenRing(stream, streams));
      buffers.states().clear(stream);
      refresh();
    } catch (RuntimeException | Error e) {
      abandon(e);
      throw e;
    }
  }

  private void abandon(Throwable failure) {
    try {
      close();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  /**
   * Packs the parameters as the writing stream leaves them; waits, so that they may change then.
   */
  void refresh() {
    written.record(context.writer());
    stream.waitFor(written);
    buffers.weights().refresh(stream);
    stream.synchronize();
  }

  void reset(boolean[] flags, long[] seeds) {
    staging.sendResets(flags, seeds);
    runner.reset();
  }

  void feed(int[] tokens) {
    staging.sendTokens(tokens);
    runner.feed();
  }

  void readLogits(int index, float[] destination) {
    staging.readLogits(index, destination);
  }

  void generate(int steps, SamplingConfig sampling, int[] tokens) {
    staging.sendSettings(sampling);
    int queued = 0;
    int received = 0;
    try {
      while (received < steps) {
        while (queued < steps && !ring.isFull()) {
          queued += queue(steps - queued);
        }
        received += ring.receive(tokens, received * streams);
      }
    } catch (RuntimeException | Error e) {
      giveUp(e);
      throw e;
    }
    requireDrawn(tokens, steps);
  }

  /** Makes the configuration that of the pieces to come. */
  void startPieces(SamplingConfig sampling) {
    staging.sendSettings(sampling);
  }

  /**
   * Queues steps whose tokens come with {@link #receive}.
   *
   * @param most steps
   * @return how many
   */
  int queue(int most) {
    int count = runner.next(most);
    runner.draw(count);
    ring.send(buffers.drawn(0), count);
    return count;
  }

  /** Waits for the tokens of the oldest piece; returns its number of steps. */
  int receive(int[] tokens) {
    int count = ring.receive(tokens, 0);
    requireDrawn(tokens, count);
    return count;
  }

  /** Keeps the state after all steps queued; returns what {@link #restore} needs besides. */
  int save(int copy) {
    buffers.states().save(stream, copy);
    return runner.parity();
  }

  void restore(int copy, int parity) {
    buffers.states().restore(stream, copy);
    runner.parity(parity);
  }

  /** Waits for all steps queued and drops their tokens. */
  void drop() {
    try {
      stream.synchronize();
    } finally {
      ring.clear();
    }
  }

  private void giveUp(Throwable failure) {
    try {
      drop();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private void requireDrawn(int[] tokens, int steps) {
    for (int i = 0; i < steps * streams; i++) {
      if (tokens[i] < 0) {
        throw new ArithmeticException(
            "the model's logits are not finite; it has diverged and cannot be sampled");
      }
    }
  }

  /** Waits for what is under way, as it uses the memory, and frees everything. */
  @Override
  public void close() {
    try {
      if (stream != null) {
        stream.synchronize();
      }
    } catch (RuntimeException e) {
      // The work failed; nothing uses the memory any more.
      resources.abandon(e);
      throw e;
    }
    resources.close();
  }
}
