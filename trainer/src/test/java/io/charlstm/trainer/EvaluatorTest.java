package io.charlstm.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.charlstm.data.CorpusException;
import io.charlstm.data.TokenSequence;
import io.charlstm.runtime.Backend;
import io.charlstm.runtime.BackendOptions;
import io.charlstm.runtime.Backends;
import io.charlstm.runtime.Initializer;
import io.charlstm.runtime.InitializerConfig;
import io.charlstm.runtime.LossSum;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.ParameterBlock;
import io.charlstm.runtime.ParameterSpec;
import io.charlstm.runtime.StepDecoder;
import io.charlstm.runtime.reference.ReferenceBackend;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvaluatorTest {
  // Logits come back as floats (relative 6e-8, logits below 3) and are summed over up to 1400
  // tokens in doubles.
  private static final double FLOAT_LOGITS = 1400 * 3e-7;

  private final ReferenceBackend backend = new ReferenceBackend();
  private final Network network = backend.createNetwork(NetworkConfig.of(11, 5, 7, 2));

  EvaluatorTest() {
    Initializer.initialize(
        network, new InitializerConfig(InitializerConfig.Kind.NORMAL, 0.5, 0), 3);
  }

  @AfterEach
  void close() {
    network.close();
    backend.close();
  }

  private static TokenSequence tokens(int size) {
    int[] ids = new Random(5).ints(size, 0, 11).toArray();
    return new TokenSequence() {
      @Override
      public long size() {
        return ids.length;
      }

      @Override
      public int get(long index) {
        return ids[Math.toIntExact(index)];
      }
    };
  }

  /** Feeds one token after the other and adds up -ln softmax in doubles. */
  private double naive(TokenSequence tokens, long from, long to) {
    double nats = 0;
    float[] logits = new float[11];
    try (StepDecoder decoder = network.createDecoder(1)) {
      decoder.reset(0, 1);
      for (long i = from; i < to; i++) {
        decoder.feed(new int[] {tokens.get(i)});
        decoder.readLogits(0, logits);
        double sum = 0;
        for (float logit : logits) {
          sum += Math.exp(logit);
        }
        nats += Math.log(sum) - logits[tokens.get(i + 1)];
      }
    }
    return nats;
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3, 100, 512, 513, 514, 1300})
  void oneLaneScoresEveryTokenButTheFirstInOrder(int size) {
    TokenSequence tokens = tokens(size);
    LossSum sum = Evaluator.score(network, tokens, 1);
    assertThat(sum.count()).isEqualTo(size - 1L);
    assertThat(sum.nats()).isCloseTo(naive(tokens, 0, size - 1L), within(FLOAT_LOGITS));
  }

  @Test
  void lanesStartFromZeroEach() {
    TokenSequence tokens = tokens(1200); // 1199 transitions: lanes of 400, 400 and 399
    LossSum sum = Evaluator.score(network, tokens, 3);
    double expected = naive(tokens, 0, 400) + naive(tokens, 400, 800) + naive(tokens, 800, 1199);
    assertThat(sum.count()).isEqualTo(1199);
    assertThat(sum.nats()).isCloseTo(expected, within(FLOAT_LOGITS));
  }

  @Test
  void moreLanesThanTokensAreNotUsed() {
    TokenSequence tokens = tokens(4);
    LossSum sum = Evaluator.score(network, tokens, 100);
    double expected = naive(tokens, 0, 1) + naive(tokens, 1, 2) + naive(tokens, 2, 3);
    assertThat(sum.count()).isEqualTo(3);
    assertThat(sum.nats()).isCloseTo(expected, within(FLOAT_LOGITS));
  }

  @Test
  void tokenLossesAddUpToTheSum() {
    TokenSequence tokens = tokens(1100);
    double[] nats = new double[1100];
    LossSum sum =
        Evaluator.score(
            network,
            tokens,
            (index, token, loss) -> {
              assertThat(token).isEqualTo(tokens.get(index));
              assertThat(nats[Math.toIntExact(index)]).isZero();
              nats[Math.toIntExact(index)] = loss;
            });
    double total = 0;
    for (double loss : nats) {
      total += loss;
    }
    assertThat(total).isCloseTo(sum.nats(), within(FLOAT_LOGITS));
    assertThat(nats[0]).isZero();
    assertThat(nats[1]).isCloseTo(naive(tokens, 0, 1), within(1e-6)); // one float
  }

  @ParameterizedTest
  @ValueSource(strings = {"bf16", "int8"})
  void aBackendThatRoundsWeightsIsScoredAsItSamples(String precision) {
    TokenSequence tokens = tokens(300);
    BackendOptions options = new BackendOptions("cpu", 1, precision, "auto", true);
    try (Backend rounding = Backends.create(options);
        Network rounded = rounding.createNetwork(network.config())) {
      copy(network.parameters(), rounded.parameters());
      double[] nats = new double[300];
      LossSum sum =
          Evaluator.score(
              rounding, rounded, tokens, (i, _, loss) -> nats[Math.toIntExact(i)] = loss);
      assertThat(sum.count()).isEqualTo(299);
      assertThat(Arrays.stream(nats).sum()).isCloseTo(sum.nats(), within(FLOAT_LOGITS));
      double exact = Evaluator.score(network, tokens, 1).nats();
      // Rounding is felt, and costs less than a hundredth a token.
      assertThat(Math.abs(sum.nats() - exact)).isBetween(2 * FLOAT_LOGITS, 0.01 * 299);
    }
  }

  private static void copy(ParameterBlock from, ParameterBlock to) {
    for (ParameterSpec spec : from.specs()) {
      float[] values = new float[spec.size()];
      from.read(spec.name(), values);
      to.write(spec.name(), values);
    }
  }

  @Test
  void theDecoderScoresWhatTheWindowsScore() {
    for (int size : new int[] {2, 700}) {
      TokenSequence tokens = tokens(size);
      double[] nats = new double[size];
      LossSum sum =
          DecoderScore.score(
              network,
              tokens,
              (i, token, loss) -> {
                assertThat(token).isEqualTo(tokens.get(i));
                nats[Math.toIntExact(i)] = loss;
              });
      LossSum windows = Evaluator.score(network, tokens, 1);
      assertThat(sum.count()).isEqualTo(windows.count());
      assertThat(sum.nats()).isCloseTo(windows.nats(), within(FLOAT_LOGITS));
      assertThat(Arrays.stream(nats).sum()).isCloseTo(sum.nats(), within(FLOAT_LOGITS));
    }
    assertThatThrownBy(() -> DecoderScore.score(network, tokens(1), (_, _, _) -> {}))
        .isInstanceOf(CorpusException.class);
  }

  @Test
  void scoringTwiceGivesTheSame() {
    try (Evaluator evaluator = new Evaluator(network, tokens(700), 2)) {
      assertThat(evaluator.score()).isEqualTo(evaluator.score());
    }
  }

  @Test
  void stopsWhenAsked() {
    StopSignal stop = new StopSignal();
    stop.request();
    try (Evaluator evaluator = new Evaluator(network, tokens(700), 2)) {
      assertThat(evaluator.score(stop)).isEmpty();
    }
  }

  @Test
  void aSingleTokenCannotBeScored() {
    assertThatThrownBy(() -> Evaluator.score(network, tokens(1), 1))
        .isInstanceOf(CorpusException.class);
  }
}
