package io.charlstm.runtime.cudnn.decode;

import io.charlstm.runtime.cudnn.DeviceBuffers;

/** A decoder's device memory. */
final class DecoderBuffers implements AutoCloseable {
  /** Steps that a graph replays and that come to the host at a time; even, see the two h. */
  static final int CHUNK = 16;

  /** Largest vocabulary whose tokens are ranked in shared memory; as in {@code sampling.cu}. */
  static final int SHARED_TOKENS = 1024;

  /** Copies of the state: one fewer than the pieces that are under way while tokens stream. */
  static final int COPIES = 2;

  private final DeviceBuffers buffers = new DeviceBuffers("the decoder");
  private final DecodePlan plan;
  private final DecodeShape shape;
  private final PackedWeights weights;
  private final StreamStates states;
  private final DeviceBuffers.Block tokens;
  private final DeviceBuffers.Block drawn;
  private final DeviceBuffers.Block settings;
  private final DeviceBuffers.Block resets;
  private final DeviceBuffers.Block newSeeds;
  private final DeviceBuffers.Block ranking;
  private final DeviceBuffers.Block sums;

  /** Allocates all of it; contents are undefined. */
  DecoderBuffers(DecodePlan plan, DecoderContext context) {
    this.plan = plan;
    this.shape = plan.shape();
    long streams = shape.streams();
    weights = new PackedWeights(shape, context, buffers);
    states = new StreamStates(shape, buffers, context.device(), COPIES);
    tokens = buffers.add("tokens", streams, Integer.BYTES);
    drawn = buffers.add("drawn tokens", CHUNK * streams, Integer.BYTES);
    settings = buffers.add("sampling", SamplingSettings.BYTES, 1);
    resets = buffers.add("streams to reset", streams, Integer.BYTES);
    newSeeds = buffers.add("seeds", streams, Long.BYTES);
    ranking = buffers.add("ranking", ranksInShared() ? 0 : shape.logits(), Double.BYTES);
    sums = buffers.add("sums of products", shape.sums(), Float.BYTES);
    buffers.allocate(context.device());
  }

  DecodePlan plan() {
    return plan;
  }

  DecodeShape shape() {
    return shape;
  }

  PackedWeights weights() {
    return weights;
  }

  StreamStates states() {
    return states;
  }

  /** What the next step feeds (S). */
  long tokens() {
    return tokens.address();
  }

  /** Tokens of a step of a chunk (S). */
  long drawn(int step) {
    return drawn.address() + (long) step * shape.streams() * Integer.BYTES;
  }

  /** The sampling configuration. */
  long settings() {
    return settings.address();
  }

  /** Flags (S) of the streams to reset. */
  long resets() {
    return resets.address();
  }

  /** Seeds (S) of the streams to reset. */
  long newSeeds() {
    return newSeeds.address();
  }

  /** Scratch (S,V) for drawing from a large vocabulary; else 0. */
  long ranking() {
    return ranking.address();
  }

  /** Scratch for a product that a kernel finishes; 0 where all kernels are our own. */
  long sums() {
    return sums.address();
  }

  boolean ranksInShared() {
    return shape.vocabulary() <= SHARED_TOKENS;
  }

  @Override
  public void close() {
    try (buffers;
        states) {
      // Releases both, also when one release fails.
    }
  }
}
