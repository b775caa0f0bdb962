package io.charlstm.runtime.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.charlstm.runtime.SamplingConfig;
import io.charlstm.runtime.StepDecoder;
import io.charlstm.runtime.StreamRandom;
import io.charlstm.runtime.TokenSampler;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Decoders of a backend: their logits, their random numbers and the independence of streams. */
public abstract class DecoderContractTest extends ContractSupport {

  static Stream<Problem> problems() {
    return Stream.of(
        Problem.of(7, 3, 4, 5, 2, 11, 501),
        Problem.of(9, 2, 16, 32, 1, 65, 502),
        Problem.of(6, 7, 20, 17, 2, 65, 503),
        Problem.of(5, 1, 12, 33, 3, 65, 504),
        Problem.of(6, 5, 64, 96, 3, 65, 505),
        Problem.of(5, 3, 70, 130, 2, 300, 506),
        Problem.of(3, 2, 1, 1, 1, 1, 507),
        Problem.of(7, 9, 0, 48, 2, 70, 508),
        Problem.of(6, 4, 24, 24, 2, 65, 509).tied());
  }

  static Stream<SamplingConfig> samplings() {
    return Stream.of(
        SamplingConfig.DEFAULT,
        new SamplingConfig(0.7, 0, 1, 0, false),
        new SamplingConfig(1.3, 7, 1, 0, false),
        new SamplingConfig(1, 0, 0.8, 0, false),
        new SamplingConfig(1.1, 30, 0.9, 0.02, false),
        new SamplingConfig(1, 0, 1, 0, true));
  }

  @ParameterizedTest
  @MethodSource("problems")
  void logitsMatchTheReferenceWindow(Problem problem) {
    int batch = problem.batch();
    int vocabulary = problem.config().vocabularySize();
    float[] expected = referenceLogits(problem);
    for (int threads : threadCounts()) {
      try (Session session = session(problem, threads);
          StepDecoder decoder = session.network.createDecoder(batch)) {
        resetAll(decoder);
        int[] inputs = problem.inputs(0);
        float[] logits = new float[vocabulary];
        for (int t = 0; t < problem.steps(); t++) {
          decoder.feed(Arrays.copyOfRange(inputs, t * batch, (t + 1) * batch));
          for (int s = 0; s < batch; s++) {
            decoder.readLogits(s, logits);
            int from = (t * batch + s) * vocabulary;
            float[] row = Arrays.copyOfRange(expected, from, from + vocabulary);
            assertNear(problem, threads, "logits " + t + "," + s, logits, row);
          }
        }
      }
    }
  }

  private static float[] referenceLogits(Problem problem) {
    return reference(
            problem,
            session -> {
              session.plan.resetState();
              session.forward(problem, 0, problem.steps());
              return session.readScored(problem);
            })
        .results()
        .get("logits");
  }

  @ParameterizedTest
  @MethodSource("problems")
  void aStreamDoesNotDependOnItsNeighbours(Problem problem) {
    int vocabulary = problem.config().vocabularySize();
    int steps = 12;
    int[] start = Tokens.cycle(5, vocabulary);
    for (int threads : threadCounts()) {
      try (Session session = session(problem, threads);
          StepDecoder many = session.network.createDecoder(5);
          StepDecoder one = session.network.createDecoder(1)) {
        resetAll(many);
        many.feed(start);
        int[] together = new int[steps * 5];
        many.generate(steps, SamplingConfig.DEFAULT, together);
        float[] logits = new float[vocabulary];
        float[] alone = new float[vocabulary];
        for (int s = 0; s < 5; s++) {
          one.reset(0, 7000 + s);
          one.feed(new int[] {start[s]});
          int[] tokens = new int[steps];
          one.generate(steps, SamplingConfig.DEFAULT, tokens);
          for (int t = 0; t < steps; t++) {
            assertThat(together[t * 5 + s])
                .as("token %d of stream %d of %s, %d threads", t, s, problem, threads)
                .isEqualTo(tokens[t]);
          }
          many.readLogits(s, logits);
          one.readLogits(0, alone);
          assertThat(logits).as("%s, %d threads", problem, threads).isEqualTo(alone);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("problems")
  void anIdleStreamStaysAsItIs(Problem problem) {
    int vocabulary = problem.config().vocabularySize();
    try (Session session = session(problem, 2);
        StepDecoder decoder = session.network.createDecoder(3);
        StepDecoder straight = session.network.createDecoder(3)) {
      resetAll(decoder);
      resetAll(straight);
      int[] start = Tokens.cycle(3, vocabulary);
      decoder.feed(start);
      straight.feed(start);
      float[] before = new float[vocabulary];
      decoder.readLogits(1, before);
      decoder.feed(new int[] {0, StepDecoder.IDLE, vocabulary - 1});
      float[] after = new float[vocabulary];
      decoder.readLogits(1, after);
      assertThat(after).as("%s", problem).isEqualTo(before);
      decoder.feed(new int[] {StepDecoder.IDLE, vocabulary - 1, StepDecoder.IDLE});
      straight.feed(new int[] {0, vocabulary - 1, vocabulary - 1});
      for (int s = 0; s < 3; s++) {
        decoder.readLogits(s, after);
        straight.readLogits(s, before);
        assertThat(after).as("stream %d of %s", s, problem).isEqualTo(before);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("samplings")
  void tokensAreThoseTheSamplerDraws(SamplingConfig sampling) {
    Problem problem = Problem.of(6, 5, 20, 33, 2, 65, 510);
    int streams = 4;
    int steps = 25;
    try (Session session = session(problem, 2);
        StepDecoder generating = session.network.createDecoder(streams);
        StepDecoder feeding = session.network.createDecoder(streams)) {
      resetAll(generating);
      resetAll(feeding);
      int[] tokens = Tokens.cycle(streams, 65);
      generating.feed(tokens);
      feeding.feed(tokens);
      int[] generated = new int[steps * streams];
      generating.generate(steps, sampling, generated);
      TokenSampler sampler = new TokenSampler(65);
      float[] logits = new float[65];
      for (int t = 0; t < steps; t++) {
        for (int s = 0; s < streams; s++) {
          feeding.readLogits(s, logits);
          tokens[s] = sampler.draw(logits, sampling, StreamRandom.uniform(7000 + s, t));
          assertThat(generated[t * streams + s])
              .as("token %d of stream %d of %s, %s", t, s, problem, sampling)
              .isEqualTo(tokens[s]);
        }
        feeding.feed(tokens);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("problems")
  void generationGoesOnWhereItStopped(Problem problem) {
    try (Session session = session(problem, 2);
        StepDecoder whole = session.network.createDecoder(2);
        StepDecoder parts = session.network.createDecoder(2)) {
      int[] start = Tokens.cycle(2, problem.config().vocabularySize());
      resetAll(whole);
      whole.feed(start);
      int[] expected = new int[20];
      whole.generate(10, SamplingConfig.DEFAULT, expected);
      resetAll(parts);
      parts.feed(start);
      int[] first = new int[6];
      int[] second = new int[14];
      parts.generate(3, SamplingConfig.DEFAULT, first);
      parts.generate(7, SamplingConfig.DEFAULT, second);
      assertThat(first).isEqualTo(Arrays.copyOf(expected, 6));
      assertThat(second).isEqualTo(Arrays.copyOfRange(expected, 6, 20));
    }
  }

  @ParameterizedTest
  @MethodSource("problems")
  void parametersAreTakenOverAtRefreshOnly(Problem problem) {
    int vocabulary = problem.config().vocabularySize();
    try (Session session = session(problem, 2);
        StepDecoder decoder = session.network.createDecoder(1)) {
      decoder.reset(0, 1);
      decoder.feed(new int[] {vocabulary - 1});
      float[] before = new float[vocabulary];
      decoder.readLogits(0, before);
      new Problem(problem.config(), 1, 1, problem.seed() + 50).fill(session.network);
      decoder.reset(0, 1);
      decoder.feed(new int[] {vocabulary - 1});
      float[] unchanged = new float[vocabulary];
      decoder.readLogits(0, unchanged);
      assertThat(unchanged).as("%s", problem).isEqualTo(before);
      decoder.refresh();
      decoder.reset(0, 1);
      decoder.feed(new int[] {vocabulary - 1});
      float[] changed = new float[vocabulary];
      decoder.readLogits(0, changed);
      assertThat(changed).as("%s", problem).isNotEqualTo(before);
    }
  }

  @ParameterizedTest
  @MethodSource("fewProblems")
  void drawingBeforeFeedingIsRefused(Problem problem) {
    try (Session session = session(problem, 2);
        StepDecoder decoder = session.network.createDecoder(2)) {
      resetAll(decoder);
      decoder.feed(new int[] {0, StepDecoder.IDLE});
      assertThatThrownBy(() -> decoder.generate(1, SamplingConfig.DEFAULT, new int[2]))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  static Stream<Problem> fewProblems() {
    return problems().limit(2);
  }

  static void resetAll(StepDecoder decoder) {
    for (int s = 0; s < decoder.streams(); s++) {
      decoder.reset(s, 7000 + s);
    }
  }
}
