package io.charlstm.runtime.cudnn.decode;

import io.charlstm.bindings.cuda.CudaStream;
import io.charlstm.bindings.cuda.PinnedMemory;
import io.charlstm.runtime.SamplingConfig;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Pinned memory for what goes to the device besides drawn tokens: fed tokens, resets and the
 * sampling configuration; and for logits on their way back.
 */
final class HostStaging implements AutoCloseable {
  /** Feeds that may be under way at a time. */
  private static final int FEEDS = 8;

  private final CudaStream stream;
  private final DecoderBuffers buffers;
  private final int streams;
  private final PinnedMemory memory;
  private final MemorySegment seeds;
  private final MemorySegment settings;
  private final MemorySegment resets;
  private final MemorySegment feeds;
  private final MemorySegment logits;
  private SamplingConfig sent;
  private int feedsUnderWay;

  HostStaging(CudaStream stream, DecoderBuffers buffers) {
    this.stream = stream;
    this.buffers = buffers;
    streams = buffers.shape().streams();
    long seedBytes = (long) streams * Long.BYTES;
    long tokenBytes = (long) streams * Integer.BYTES;
    long feedBytes = FEEDS * tokenBytes;
    long logitBytes = (long) buffers.shape().vocabulary() * Float.BYTES;
    memory =
        PinnedMemory.allocate(
            seedBytes + SamplingSettings.BYTES + tokenBytes + feedBytes + logitBytes,
            "staging of a decoder");
    MemorySegment all = memory.segment();
    seeds = all.asSlice(0, seedBytes);
    settings = all.asSlice(seedBytes, SamplingSettings.BYTES);
    resets = all.asSlice(seedBytes + SamplingSettings.BYTES, tokenBytes);
    long used = seedBytes + SamplingSettings.BYTES + tokenBytes;
    feeds = all.asSlice(used, feedBytes);
    logits = all.asSlice(used + feedBytes, logitBytes);
  }

  /**
   * Queues the sending of resets. Waits for what is under way, as it may still read them.
   *
   * @param flags which streams (S) to reset
   * @param newSeeds their seeds (S)
   */
  void sendResets(boolean[] flags, long[] newSeeds) {
    stream.synchronize();
    for (int i = 0; i < streams; i++) {
      resets.setAtIndex(ValueLayout.JAVA_INT, i, flags[i] ? 1 : 0);
    }
    MemorySegment.copy(newSeeds, 0, seeds, ValueLayout.JAVA_LONG, 0, streams);
    stream.copyToDevice(buffers.resets(), resets, resets.byteSize());
    stream.copyToDevice(buffers.newSeeds(), seeds, seeds.byteSize());
  }

  /** Queues the sending of tokens (S); waits only when many are under way. */
  void sendTokens(int[] tokens) {
    if (feedsUnderWay == FEEDS) {
      stream.synchronize();
      feedsUnderWay = 0;
    }
    long bytes = (long) streams * Integer.BYTES;
    MemorySegment slot = feeds.asSlice(feedsUnderWay * bytes, bytes);
    MemorySegment.copy(tokens, 0, slot, ValueLayout.JAVA_INT, 0, streams);
    stream.copyToDevice(buffers.tokens(), slot, bytes);
    feedsUnderWay++;
  }

  /** Queues the sending of a configuration; only of another one, which waits for the one before. */
  void sendSettings(SamplingConfig sampling) {
    if (!sampling.equals(sent)) {
      stream.synchronize();
      SamplingSettings.write(sampling, settings);
      stream.copyToDevice(buffers.settings(), settings, settings.byteSize());
      sent = sampling;
    }
  }

  /** Waits for a stream's logits (V). */
  void readLogits(int index, float[] destination) {
    int vocabulary = buffers.shape().vocabulary();
    long from = buffers.states().logits() + (long) index * logits.byteSize();
    stream.copyToHost(logits, from, logits.byteSize());
    stream.synchronize();
    MemorySegment.copy(logits, ValueLayout.JAVA_FLOAT, 0, destination, 0, vocabulary);
  }

  @Override
  public void close() {
    memory.close();
  }
}
