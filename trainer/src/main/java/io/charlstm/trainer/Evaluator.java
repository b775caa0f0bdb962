package io.charlstm.trainer;

import io.charlstm.data.ScoringWindows;
import io.charlstm.data.TokenBatches;
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
 * Scores all windows of a text, with state that is carried or starts from zero in each, as they
 * say. Buffers are kept between calls. One thread at a time.
 */
public final class Evaluator implements AutoCloseable {
  private final TokenBatches batches;
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
   * A score.
   *
   * @param loss summed over all targets
   * @param batchPerplexity mean of the perplexities of the windows, as MXNet reports it; not below
   *     the perplexity of the mean loss
   */
  public record Score(LossSum loss, double batchPerplexity) {}

  /** Prepares scoring of windows, which are read in the order in which they are. */
  public Evaluator(Network network, TokenBatches batches) {
    this.batches = batches;
    plan = network.createEvaluationPlan(batches.sequenceLength(), batches.batchSize());
    long elements = (long) batches.sequenceLength() * batches.batchSize();
    inputs = arena.allocate(ValueLayout.JAVA_INT, elements);
    targets = arena.allocate(ValueLayout.JAVA_INT, elements);
    losses = new float[Math.toIntExact(elements)];
  }

  /**
   * Prepares scoring of a whole sequence with carried state: each token but the first is scored
   * once, given those before it in its lane.
   *
   * @param tokens at least 2
   * @param lanes parallel parts that each start from zero state; 1 scores in order. Fewer are used
   *     when the sequence is shorter
   * @throws io.charlstm.data.CorpusException when there are fewer than 2 tokens
   */
  public Evaluator(Network network, TokenSequence tokens, int lanes) {
    this(network, ScoringWindows.inLanes(tokens, lanes));
  }

  /** Scores windows once. */
  public static Score score(Network network, TokenBatches batches) {
    try (Evaluator evaluator = new Evaluator(network, batches)) {
      return evaluator.measure(new StopSignal()).orElseThrow();
    }
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
      return evaluator.run(new StopSignal(), each).orElseThrow().loss();
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
    return measure(stop).map(Score::loss);
  }

  /** As {@link #score(StopSignal)}, with what the windows came to. */
  public Optional<Score> measure(StopSignal stop) {
    return run(stop, null);
  }

  private Optional<Score> run(StopSignal stop, TokenLosses each) {
    plan.resetState();
    plan.readLoss();
    LossSum sum = LossSum.ZERO;
    double perplexities = 0;
    for (long window = 0; window < batches.windows(); window++) {
      if (stop.requested()) {
        return Optional.empty();
      }
      if (!batches.carriesState()) {
        plan.resetState();
      }
      int steps = batches.steps(window);
      batches.fill(window, inputs, targets);
      plan.forward(inputs, targets, steps);
      LossSum loss = plan.readLoss();
      sum = sum.plus(loss);
      perplexities += TrainingEvent.perplexity(loss.mean());
      if (each != null) {
        handOut(window * batches.sequenceLength() + 1, steps, each);
      }
    }
    return Optional.of(new Score(sum, perplexities / batches.windows()));
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
