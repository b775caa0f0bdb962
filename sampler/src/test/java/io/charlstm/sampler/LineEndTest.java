package io.charlstm.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.charlstm.data.Vocabulary;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.ParameterSpec;
import io.charlstm.runtime.StepDecoder;
import io.charlstm.runtime.reference.ReferenceBackend;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What happens at the symbol that ends a line, and random first characters. */
class LineEndTest {
  private static final Vocabulary WITH_END =
      Vocabulary.ofCodePoints("\0\nabcde".codePoints().toArray());
  private static final Sampling SEEDED = Sampling.defaults().seed(7);

  private final ReferenceBackend backend = new ReferenceBackend();
  private CharModel model;

  private CharModel model(Map<String, Object> more) {
    NetworkConfig config = new NetworkConfig(WITH_END.size(), 3, 6, 2, false, 0, 0, 0);
    Network network = backend.createNetwork(config);
    SplittableRandom random = new SplittableRandom(3);
    for (ParameterSpec parameter : config.parameters()) {
      float[] values = new float[parameter.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = 2 * random.nextFloat() - 1;
      }
      network.parameters().write(parameter.name(), values);
    }
    Map<String, Object> keys = new LinkedHashMap<>(NetworkKeys.write(config, WITH_END));
    keys.putAll(more);
    model = CharModel.of(network, new ModelSpec(config, WITH_END, keys, 0));
    return model;
  }

  private CharModel lines() {
    return model(Map.of("batching", "lines", "extra_symbol", "\0"));
  }

  @AfterEach
  void close() {
    model.close();
    backend.close();
  }

  private String text(Sampling sampling, int length) {
    try (TextGenerator generator = TextGenerator.of(model, sampling)) {
      generator.prompt("ab");
      return generator.generate(length);
    }
  }

  /** Token by token with a decoder alone: zero state at each end, the last character fed again. */
  @Test
  void aModelOfLinesGoesOnFromZeroStateWithTheLastCharacter() {
    lines();
    String text = text(SEEDED.atEnd(AtEnd.RESTART), 200);
    assertThat(text).doesNotContain("\0");
    assertThat(text(SEEDED, 200)).as("auto").isEqualTo(text);

    StringBuilder expected = new StringBuilder();
    int[] drawn = new int[1];
    int last = WITH_END.idOf('b');
    int ends = 0;
    try (StepDecoder decoder = model.network().createDecoder(1)) {
      decoder.reset(0, 7);
      decoder.feed(new int[] {WITH_END.idOf('a')});
      decoder.feed(new int[] {last});
      for (int i = 0; i < 200; i++) {
        decoder.generate(1, SEEDED.config(), drawn);
        if (drawn[0] == 0) {
          ends++;
          decoder.reset(0, StreamSeeds.of(7 ^ 0x1F83D9ABFB41BD6BL, ends));
          decoder.feed(new int[] {last});
        } else {
          last = drawn[0];
          expected.append(WITH_END.decode(last));
        }
      }
    }
    assertThat(ends).as("ends met").isPositive();
    assertThat(text).isEqualTo(expected.toString()).hasSize(200 - ends);
  }

  @Test
  void streamsRestartEachOnItsOwn() {
    lines();
    List<String> many;
    try (TextGenerator generator = TextGenerator.of(model, SEEDED, 3)) {
      generator.prompt("ab");
      many = generator.generateAll(150);
    }
    assertThat(many.getFirst()).isEqualTo(text(SEEDED, 150));
    assertThat(many).doesNotHaveDuplicates();
  }

  @Test
  void whereTextIsCutDoesNotMatter() {
    lines();
    String whole = text(SEEDED, 120);
    try (TextGenerator generator = TextGenerator.of(model, SEEDED)) {
      generator.prompt("ab");
      assertThat(generator.generate(50) + generator.generate(70)).isEqualTo(whole);
      generator.prompt("ab");
      StringBuilder streamed = new StringBuilder();
      generator.stream().limit(whole.length()).forEach(streamed::appendCodePoint);
      assertThat(streamed).hasToString(whole);
    }
  }

  @Test
  void stopEndsBeforeAnExtraSymbol() {
    lines();
    String written = text(SEEDED.atEnd(AtEnd.WRITE), 200);
    assertThat(written).contains("\0").hasSize(200);
    assertThat(text(SEEDED.atEnd(AtEnd.STOP), 200))
        .isEqualTo(written.substring(0, written.indexOf('\0')));
  }

  @Test
  void linesWithoutAnExtraSymbolEndWithTheirBreak() {
    model(Map.of("batching", "lines"));
    String written = text(SEEDED.atEnd(AtEnd.WRITE), 100);
    int first = written.indexOf('\n');
    assertThat(text(SEEDED.atEnd(AtEnd.STOP), 100)).isEqualTo(written.substring(0, first + 1));
    assertThat(text(SEEDED, 100)).startsWith(written.substring(0, first + 1)).hasSize(100);
  }

  @Test
  void otherModelsWriteTheSymbolLikeAnyOther() {
    model(Map.of("extra_symbol", "e"));
    assertThat(text(SEEDED, 100)).isEqualTo(text(SEEDED.atEnd(AtEnd.WRITE), 100)).contains("e");
  }

  @Test
  void aModelThatOnlyEndsIsGivenUp() {
    lines();
    float[] bias = new float[WITH_END.size()];
    bias[0] = 1e4f;
    model.network().parameters().write("output.bias", bias);
    try (TextGenerator generator = TextGenerator.of(model, SEEDED)) {
      generator.prompt("ab");
      assertThat(generator.stream().count()).isZero();
      assertThat(generator.stopped(0)).isTrue();
    }
  }

  @Test
  void aRandomStartIsDrawnFromTheSeedAndNeverTheExtraSymbol() {
    lines();
    try (TextGenerator generator = TextGenerator.of(model, SEEDED, 60)) {
      List<String> starts = generator.promptRandom();
      assertThat(starts).hasSize(60).doesNotContain("\0");
      assertThat(starts.stream().distinct()).hasSize(6);
      assertThat(generator.promptRandom()).isEqualTo(starts);
      String first = generator.generateAll(20).getFirst();
      try (TextGenerator prompted = TextGenerator.of(model, SEEDED)) {
        prompted.prompt(starts.getFirst());
        assertThat(prompted.generate(20)).isEqualTo(first);
      }
    }
  }

  @Test
  void wordsAreChecked() {
    lines();
    assertThat(AtEnd.parse("restart")).isEqualTo(AtEnd.RESTART);
    assertThatThrownBy(() -> AtEnd.parse("halt"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("at-end must be one of auto, write, stop, restart: halt");
  }
}
