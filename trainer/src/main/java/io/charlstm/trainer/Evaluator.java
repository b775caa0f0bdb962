package io.charlstm.trainer;

import io.charlstm.data.ScoringWindows;
import io.charlstm.data.TokenSequence;
import io.charlstm.runtime.Backend;
import io.charlstm.runtime.LossSum;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.WindowPlan;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;

/**
 * Scores a whole sequence with carried state: each token but the first is scored once, given those
 * before it in its lane. Buffers are kept between calls. One thread at a time.
 */
public final class Evaluator implements AutoCloseable {
  /** Window of scoring with one lane; long, as nothing is kept for a backward pass. */
  private static final int ONE_LANE_WINDOW = 512;

  /** Most tokens of a window, to bound the memory for logits. */
  private static final int WINDOW_TOKENS = 4096;

  private final ScoringWindows windows;
  private final WindowPlan plan;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment inputs;
  private final MemorySegment targets;
  private final float[] losses;
  private boolean closed;

  /** Receives the loss of each token, in order of position when there is one lane. */
  @FunctionalInterface
  public interface TokenLosses {
    /**
     * Takes a scored token.
     *
     * @param index position in the sequence, from 1
     * @param token the token scored
     * @param nats its loss
     */
    void scored(long index, int token, float nats);
  }

  /**
   * Prepares scoring.
   *
   * @param tokens at least 2
   * @param lanes parallel parts that each start from zero state; 1 scores in order. Fewer are used
   *     when the sequence is shorter
   * @throws io.charlstm.data.CorpusException when there are fewer than 2 tokens
   */
  public Evaluator(Network network, TokenSequence tokens, int lanes) {
    int used = (int) Math.clamp(tokens.size() - 1, 1L, (long) lanes);
    long laneLength = (tokens.size() + used - 2) / used;
    int window = (int) Math.clamp(WINDOW_TOKENS / used, 1L, (long) ONE_LANE_WINDOW);
    window = (int) Math.clamp(laneLength, 1L, (long) window);
    windows = new ScoringWindows(tokens, used, window);
    plan = network.createEvaluationPlan(window, used);
    long elements = (long) window * used;
    inputs = arena.allocate(ValueLayout.JAVA_INT, elements);
    targets = arena.allocate(ValueLayout.JAVA_INT, elements);
    losses = new float[Math.toIntExact(elements)];
  }

  /** Scores a sequence once. */
  public static LossSum score(Network network, TokenSequence tokens, int lanes) {
    try (Evaluator evaluator = new Evaluator(network, tokens, lanes)) {
      return evaluator.score();
    }
  }

  /** Scores a sequence in order, in one lane, and hands out each token's loss. */
  public static LossSum score(Network network, TokenSequence tokens, TokenLosses each) {
    try (Evaluator evaluator = new Evaluator(network, tokens, 1)) {
      return evaluator.run(new StopSignal(), each).orElseThrow();
    }
  }

  /**
   * As {@link #score(Network, TokenSequence, TokenLosses)}; where the backend rounds weights for
   * sampling, as text is sampled, so that the loss is that of sampling.
   */
  public static LossSum score(
      Backend backend, Network network, TokenSequence tokens, TokenLosses each) {
    return backend.roundsWhenSampling()
        ? DecoderScore.score(network, tokens, each)
        : score(network, tokens, each);
  }

  /** Scores the sequence with the network's weights as they are now. */
  public LossSum score() {
    return score(new StopSignal()).orElseThrow();
  }

  /** Scores the sequence; nothing when it was asked to stop before the end. */
  public Optional<LossSum> score(StopSignal stop) {
    return run(stop, null);
  }

  private Optional<LossSum> run(StopSignal stop, TokenLosses each) {
    plan.resetState();
    plan.readLoss();
    LossSum sum = LossSum.ZERO;
    for (long window = 0; window < windows.windows(); window++) {
      if (stop.requested()) {
        return Optional.empty();
      }
      int steps = windows.steps(window);
      windows.fill(window, inputs, targets);
      plan.forward(inputs, targets, steps);
      sum = sum.plus(plan.readLoss());
      if (each != null) {
        handOut(window * windows.sequenceLength() + 1, steps, each);
      }
    }
    return Optional.of(sum);
  }

  private void handOut(long first, int steps, TokenLosses each) {
    plan.readTokenLosses(losses);
    for (int t = 0; t < steps; t++) {
      each.scored(first + t, targets.getAtIndex(ValueLayout.JAVA_INT, t), losses[t]);
    }
  }

  /** Bytes of memory of the buffers. */
  public long memoryBytes() {
    return plan.memoryBytes() + inputs.byteSize() + targets.byteSize();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      Closing.all(plan, arena);
    }
  }
}
