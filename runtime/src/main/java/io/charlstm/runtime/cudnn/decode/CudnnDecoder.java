package io.charlstm.runtime.cudnn.decode;

import io.charlstm.runtime.SamplingConfig;
import io.charlstm.runtime.StepDecoder;
import io.charlstm.runtime.TokenReceiver;
import java.util.Arrays;
import java.util.Objects;

/**
 * Generates text on a GPU. Weights, state and random numbers stay on the device and a drawn token
 * is fed there, so the host only receives tokens. Computes in float32, whatever the network's
 * precision; but where there are many streams and the precision is not fp32, products are those of
 * tensor cores, in tf32, so that a stream's numbers depend on how many there are. {@link #generate}
 * and {@link #stream} throw {@link ArithmeticException} when logits are not finite, and {@link
 * io.charlstm.bindings.NativeException} when the device fails; the streams are of no use then until
 * their reset.
 */
public final class CudnnDecoder implements StepDecoder {
  private final DecoderContext context;
  private final DecodeShape shape;
  private final DeviceDecoder device;
  private final boolean[] fed;
  private final boolean[] reset;
  private final long[] seeds;
  private boolean anyReset;
  private int[] piece;
  private boolean streaming;
  private boolean closed;

  /**
   * A decoder with the parameters as they are now and all streams reset with seed 0.
   *
   * @param context what it takes from its network
   * @param streams S, number of independent texts
   * @throws IllegalArgumentException if the device has not enough memory
   */
  public CudnnDecoder(DecoderContext context, int streams) {
    this(context, plan(context, streams));
  }

  /** With a plan that is not chosen by its speed. */
  CudnnDecoder(DecoderContext context, DecodePlan plan) {
    this.context = context;
    this.shape = plan.shape();
    fed = new boolean[shape.streams()];
    reset = new boolean[shape.streams()];
    seeds = new long[shape.streams()];
    device = context.thread().call(() -> new DeviceDecoder(plan, context));
  }

  private static DecodePlan plan(DecoderContext context, int streams) {
    if (streams < 1) {
      throw new IllegalArgumentException("streams must be at least 1: " + streams);
    }
    return DecodePlan.choose(context, streams);
  }

  @Override
  public int streams() {
    return shape.streams();
  }

  @Override
  public void refresh() {
    requireReady();
    context.thread().run(device::refresh);
  }

  @Override
  public void reset(int stream, long seed) {
    requireReady();
    Objects.checkIndex(stream, streams());
    // Done on the device before it is next used, for all streams at once.
    seeds[stream] = seed;
    reset[stream] = true;
    anyReset = true;
    fed[stream] = false;
  }

  @Override
  public void feed(int[] tokens) {
    requireReady();
    requireLength(tokens, streams());
    boolean any = false;
    for (int stream = 0; stream < streams(); stream++) {
      requireToken(tokens[stream], stream);
      any |= tokens[stream] != IDLE;
    }
    if (!any) {
      return;
    }
    context
        .thread()
        .run(
            () -> {
              resetNow();
              device.feed(tokens);
            });
    for (int stream = 0; stream < streams(); stream++) {
      fed[stream] |= tokens[stream] != IDLE;
    }
  }

  private void requireToken(int token, int stream) {
    if (token != IDLE && (token < 0 || token >= shape.vocabulary())) {
      throw new IllegalArgumentException(
          "token "
              + token
              + " for stream "
              + stream
              + " is outside the vocabulary of "
              + shape.vocabulary());
    }
  }

  private void resetNow() {
    if (anyReset) {
      device.reset(reset, seeds);
      Arrays.fill(reset, false);
      anyReset = false;
    }
  }

  @Override
  public void generate(int steps, SamplingConfig sampling, int[] tokens) {
    requireDrawable(steps, sampling);
    requireLength(tokens, Math.multiplyExact(steps, streams()));
    if (steps > 0) {
      context.thread().run(() -> device.generate(steps, sampling, tokens));
    }
  }

  @Override
  public void stream(int steps, SamplingConfig sampling, TokenReceiver receiver) {
    requireDrawable(steps, sampling);
    Objects.requireNonNull(receiver, "receiver");
    if (steps == 0) {
      return;
    }
    if (piece == null) {
      piece = new int[Math.multiplyExact(DecoderBuffers.CHUNK, streams())];
    }
    TokenPieces pieces = context.thread().call(() -> new TokenPieces(device, steps, sampling));
    streaming = true;
    try (AutoStop _ = () -> context.thread().run(pieces::stop)) {
      int count = next(pieces);
      while (count > 0 && receiver.accept(piece, count)) {
        count = next(pieces);
      }
    } finally {
      streaming = false;
    }
  }

  private int next(TokenPieces pieces) {
    return context.thread().call(() -> pieces.next(piece));
  }

  /** Closes without a checked exception. */
  private interface AutoStop extends AutoCloseable {
    @Override
    void close();
  }

  private void requireDrawable(int steps, SamplingConfig sampling) {
    requireReady();
    Objects.requireNonNull(sampling, "sampling");
    if (steps < 0) {
      throw new IllegalArgumentException("steps must not be negative: " + steps);
    }
    for (int stream = 0; stream < streams(); stream++) {
      requireFed(stream);
    }
  }

  @Override
  public void readLogits(int stream, float[] destination) {
    requireReady();
    Objects.checkIndex(stream, streams());
    if (destination.length < shape.vocabulary()) {
      throw new IllegalArgumentException(
          "destination holds " + destination.length + " of " + shape.vocabulary() + " logits");
    }
    requireFed(stream);
    context.thread().run(() -> device.readLogits(stream, destination));
  }

  private void requireFed(int stream) {
    if (!fed[stream]) {
      throw new IllegalStateException(
          "stream " + stream + " has not been fed a token since its reset");
    }
  }

  private static void requireLength(int[] tokens, int length) {
    if (tokens.length < length) {
      throw new IllegalArgumentException(
          "the tokens array holds " + tokens.length + " elements, " + length + " are needed");
    }
  }

  private void requireReady() {
    if (closed) {
      throw new IllegalStateException("the decoder is closed");
    }
    if (streaming) {
      throw new IllegalStateException("the decoder is handing over tokens");
    }
  }

  @Override
  public void close() {
    if (streaming) {
      throw new IllegalStateException("the decoder is handing over tokens");
    }
    if (!closed) {
      closed = true;
      context.thread().run(device::close);
    }
  }
}
