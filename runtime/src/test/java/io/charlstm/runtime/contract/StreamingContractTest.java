package io.charlstm.runtime.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.charlstm.runtime.SamplingConfig;
import io.charlstm.runtime.StepDecoder;
import io.charlstm.runtime.TokenReceiver;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tokens handed over while a decoder goes on are those it generates, and it stops where told. */
public abstract class StreamingContractTest extends ContractSupport {
  private static final Problem PROBLEM = Problem.of(6, 5, 7, 9, 2, 19, 520);
  private static final SamplingConfig SAMPLING = new SamplingConfig(0.9, 12, 0.95, 0.01, false);
  private static final int STEPS = 150;

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void piecesAreWhatGenerateDraws(int streams) {
    try (Session session = session(PROBLEM, 2);
        StepDecoder decoder = session.network.createDecoder(streams)) {
      int[] expected = generated(decoder);
      start(decoder);
      Collector all = new Collector(streams, Integer.MAX_VALUE);
      decoder.stream(STEPS, SAMPLING, all);
      assertThat(all.tokens()).isEqualTo(expected);
      assertThat(all.pieces.getFirst()).isEqualTo(1);
      assertThat(all.pieces).allMatch(steps -> steps >= 1 && steps <= StepDecoder.MOST_STREAMED);
    }
  }

  /**
   * Where a stream went on without being stopped is where it goes on after its last piece; also
   * right before a last piece that is cut to an odd number of steps, whatever the largest piece.
   */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 7, 12})
  void theStateIsThatAfterTheLastPiece(int pieces) {
    try (Session session = session(PROBLEM, 2);
        StepDecoder decoder = session.network.createDecoder(3)) {
      int[] expected = generated(decoder);
      start(decoder);
      Collector some = new Collector(3, pieces);
      decoder.stream(STEPS, SAMPLING, some);
      assertThat(some.tokens()).isEqualTo(Arrays.copyOf(expected, some.tokens().length));
      assertGoesOn(decoder, some, expected);
    }
  }

  @Test
  void aReceiversExceptionStopsAfterItsPiece() {
    try (Session session = session(PROBLEM, 2);
        StepDecoder decoder = session.network.createDecoder(3)) {
      int[] expected = generated(decoder);
      start(decoder);
      Collector some = new Collector(3, Integer.MAX_VALUE);
      UnsupportedOperationException thrown = new UnsupportedOperationException("enough");
      assertThatThrownBy(
              () ->
                  decoder.stream(
                      STEPS,
                      SAMPLING,
                      (tokens, steps) -> {
                        some.accept(tokens, steps);
                        if (some.pieces.size() == 4) {
                          throw thrown;
                        }
                        return true;
                      }))
          .isSameAs(thrown);
      assertGoesOn(decoder, some, expected);
    }
  }

  /** Logits, and tokens of further steps, as of a decoder that was never stopped. */
  private static void assertGoesOn(StepDecoder decoder, Collector some, int[] expected) {
    float[] stopped = logits(decoder);
    int[] rest = new int[expected.length - some.tokens().length];
    decoder.generate(rest.length / 3, SAMPLING, rest);
    assertThat(rest).isEqualTo(Arrays.copyOfRange(expected, some.tokens().length, expected.length));
    float[] end = logits(decoder);
    start(decoder);
    decoder.generate(some.steps(), SAMPLING, new int[3 * some.steps()]);
    assertThat(stopped).isEqualTo(logits(decoder));
    decoder.generate(rest.length / 3, SAMPLING, rest);
    assertThat(end).isEqualTo(logits(decoder));
  }

  private static float[] logits(StepDecoder decoder) {
    float[] logits = new float[19];
    decoder.readLogits(1, logits);
    return logits;
  }

  @Test
  void nothingIsDrawnForNoStepsOrBeforeFeeding() {
    try (Session session = session(PROBLEM, 1);
        StepDecoder decoder = session.network.createDecoder(2)) {
      TokenReceiver never =
          (_, _) -> {
            throw new AssertionError("nothing was drawn");
          };
      decoder.reset(0, 1);
      decoder.reset(1, 2);
      assertThatThrownBy(() -> decoder.stream(1, SAMPLING, never))
          .isInstanceOf(IllegalStateException.class);
      start(decoder);
      decoder.stream(0, SAMPLING, never);
      assertThatThrownBy(() -> decoder.stream(-1, SAMPLING, never))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static int[] generated(StepDecoder decoder) {
    int[] tokens = new int[STEPS * decoder.streams()];
    start(decoder);
    decoder.generate(STEPS, SAMPLING, tokens);
    return tokens;
  }

  private static void start(StepDecoder decoder) {
    DecoderContractTest.resetAll(decoder);
    decoder.feed(Tokens.cycle(decoder.streams(), 19));
  }

  /** Keeps what is handed over; has enough after some pieces. */
  private static final class Collector implements TokenReceiver {
    private final List<Integer> pieces = new ArrayList<>();
    private final int streams;
    private final int enough;
    private int[] tokens = {};

    Collector(int streams, int enough) {
      this.streams = streams;
      this.enough = enough;
    }

    @Override
    public boolean accept(int[] drawn, int steps) {
      pieces.add(steps);
      int before = tokens.length;
      tokens = Arrays.copyOf(tokens, before + steps * streams);
      System.arraycopy(drawn, 0, tokens, before, steps * streams);
      return pieces.size() < enough;
    }

    int[] tokens() {
      return tokens;
    }

    int steps() {
      return tokens.length / streams;
    }
  }
}
