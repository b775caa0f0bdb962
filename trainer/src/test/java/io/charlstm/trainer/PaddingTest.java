package io.charlstm.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.charlstm.data.Corpus;
import io.charlstm.data.CorpusOptions;
import io.charlstm.data.CorpusSource;
import io.charlstm.data.LineBatches;
import io.charlstm.data.LineEnds;
import io.charlstm.data.TokenBatches;
import io.charlstm.runtime.Initializer;
import io.charlstm.runtime.InitializerConfig;
import io.charlstm.runtime.LossSum;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.ParameterSpec;
import io.charlstm.runtime.TrainingPass;
import io.charlstm.runtime.WindowPlan;
import io.charlstm.runtime.reference.ReferenceBackend;
import java.io.ByteArrayInputStream;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Padded windows of lines: what is padded counts for nothing. */
class PaddingTest {
  // The reference computes in doubles; sums of some 40 losses differ in their order.
  private static final double ROUNDING = 1e-11;

  private static final String TEXT = "ab\nbcdea\nc\nadcb\needcbab";

  private final ReferenceBackend backend = new ReferenceBackend();
  private final Corpus corpus = open(TEXT);
  private final int newline = corpus.vocabulary().idOf('\n');
  private final Network network =
      backend.createNetwork(NetworkConfig.of(corpus.vocabulary().size(), 4, 5, 2));

  PaddingTest() {
    InitializerConfig normal = new InitializerConfig(InitializerConfig.Kind.NORMAL, 0.4, 1);
    Initializer.initialize(network, normal, 11);
  }

  private static Corpus open(String text) {
    ByteArrayInputStream bytes = new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    return Corpus.open(
        new CorpusSource.StandardInput(bytes), CorpusOptions.defaults().withExtraSymbols("\0"));
  }

  @AfterEach
  void close() {
    network.close();
    corpus.close();
    backend.close();
  }

  private LineBatches lines(int batchSize, boolean endSymbol) {
    LineEnds ends = new LineEnds(newline, endSymbol ? 0 : newline);
    return new LineBatches(corpus.tokens(), ends, batchSize, 8, 1);
  }

  @Test
  void aPaddedWindowLosesWhatItsLinesLoseOneByOne() {
    for (boolean endSymbol : new boolean[] {false, true}) {
      Evaluator.Score together = Evaluator.score(network, lines(5, endSymbol));
      double alone = 0;
      for (String line : TEXT.split("\n", -1)) {
        alone += naive(line, endSymbol);
      }
      int transitions = TEXT.length() - 4 + (endSymbol ? 0 : 5);
      assertThat(together.loss().count()).isEqualTo(transitions);
      assertThat(together.loss().nats()).isCloseTo(alone, within(ROUNDING));
      Evaluator.Score singly = Evaluator.score(network, lines(1, endSymbol));
      assertThat(singly.loss().count()).isEqualTo(transitions);
      assertThat(singly.loss().nats()).isCloseTo(alone, within(ROUNDING));
    }
  }

  /** One line in a window of its own, laid out by hand. */
  private double naive(String line, boolean endSymbol) {
    List<Integer> tokens = new ArrayList<>();
    line.codePoints().forEach(c -> tokens.add(corpus.vocabulary().idOf(c)));
    if (!endSymbol) {
      tokens.addFirst(newline);
    }
    tokens.add(endSymbol ? 0 : newline);
    int steps = tokens.size() - 1;
    int[] inputs = tokens.stream().limit(steps).mapToInt(Integer::intValue).toArray();
    int[] targets = tokens.stream().skip(1).mapToInt(Integer::intValue).toArray();
    try (WindowPlan plan = network.createEvaluationPlan(steps, 1)) {
      plan.forward(MemorySegment.ofArray(inputs), MemorySegment.ofArray(targets), steps);
      return plan.readLoss().nats();
    }
  }

  @Test
  void whatStandsInPaddedPlacesChangesNothing() {
    LineBatches batches = lines(5, true);
    int[] inputs = new int[5 * 8];
    int[] targets = new int[5 * 8];
    batches.fill(0, MemorySegment.ofArray(inputs), MemorySegment.ofArray(targets));
    int steps = batches.steps(0);
    List<float[]> expected = new ArrayList<>();
    LossSum loss = gradients(inputs, targets, steps, expected);
    int padded = 0;
    for (int i = 0; i < steps * 5; i++) {
      if (targets[i] == TokenBatches.IGNORE) {
        inputs[i] = 1 + padded++ % 4;
      }
    }
    assertThat(padded).isGreaterThan(5);
    List<float[]> changed = new ArrayList<>();
    assertThat(gradients(inputs, targets, steps, changed)).isEqualTo(loss);
    for (int i = 0; i < expected.size(); i++) {
      assertThat(changed.get(i)).isEqualTo(expected.get(i));
    }
  }

  private LossSum gradients(int[] inputs, int[] targets, int steps, List<float[]> gradients) {
    try (WindowPlan plan = network.createTrainingPlan(8, 5)) {
      plan.forwardBackward(
          MemorySegment.ofArray(inputs),
          MemorySegment.ofArray(targets),
          steps,
          new TrainingPass(1, false, 1, 0));
      for (ParameterSpec spec : network.gradients().specs()) {
        gradients.add(network.gradients().read(spec.name()));
      }
      return plan.readLoss();
    }
  }

  @Test
  void theMeanOverBatchesIsOfTheirPerplexities() {
    LineBatches batches = lines(2, false);
    double sum = 0;
    for (long window = 0; window < batches.windows(); window++) {
      int[] inputs = new int[2 * 8];
      int[] targets = new int[2 * 8];
      batches.fill(window, MemorySegment.ofArray(inputs), MemorySegment.ofArray(targets));
      try (WindowPlan plan = network.createEvaluationPlan(8, 2)) {
        plan.forward(
            MemorySegment.ofArray(inputs), MemorySegment.ofArray(targets), batches.steps(window));
        LossSum loss = plan.readLoss();
        sum += Math.exp(loss.nats() / loss.count());
      }
    }
    assertThat(Evaluator.score(network, batches).batchPerplexity())
        .isCloseTo(sum / batches.windows(), within(ROUNDING));
  }
}
