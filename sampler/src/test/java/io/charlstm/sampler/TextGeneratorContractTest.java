package io.charlstm.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.charlstm.data.CorpusException;
import io.charlstm.data.UnseenPolicy;
import io.charlstm.runtime.Backend;
import io.charlstm.runtime.SamplingConfig;
import io.charlstm.runtime.StepDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What text generation promises, whatever the backend. */
abstract class TextGeneratorContractTest {
  private static final Sampling SEEDED = Sampling.temperature(0.9).seed(42);

  private Backend backend;
  private CharModel model;

  abstract Backend createBackend();

  @BeforeEach
  void createModel() {
    backend = createBackend();
    model = TestModels.chars(backend);
  }

  // Nothing is there to close when the backend was not available.
  @AfterEach
  void closeModel() {
    if (model != null) {
      model.close();
      backend.close();
    }
  }

  private String text(Sampling sampling, String prompt, int length) {
    try (TextGenerator generator = TextGenerator.of(model, sampling)) {
      generator.prompt(prompt);
      return generator.generate(length);
    }
  }

  @Test
  void textIsWhatTheDecoderDraws() {
    int[] tokens = new int[90];
    try (StepDecoder decoder = model.network().createDecoder(1)) {
      decoder.reset(0, 42);
      for (int c : new int[] {'a', 'b', 'a'}) {
        decoder.feed(new int[] {TestModels.CHARS.idOf(c)});
      }
      decoder.generate(90, new SamplingConfig(0.9, 0, 1, 0, false), tokens);
    }

    assertThat(text(SEEDED, "aba", 90)).isEqualTo(TestModels.CHARS.decode(tokens));
  }

  @Test
  void streamedTextEqualsBatchTextHoweverItIsAskedFor() {
    String whole = text(SEEDED, "ab", 300);
    StringBuilder pieces = new StringBuilder();
    StringBuilder streamed = new StringBuilder();
    try (TextGenerator generator = TextGenerator.of(model, SEEDED)) {
      generator.prompt("ab");
      pieces.append(generator.generate(1)).append(generator.generate(150));
      generator.generate(149, (_, text) -> pieces.append(text));
      generator.prompt("ab");
      generator.stream().limit(100).forEach(streamed::appendCodePoint);
      generator.stream().limit(200).forEach(streamed::appendCodePoint);
    }

    assertThat(whole.codePointCount(0, whole.length())).isEqualTo(300);
    assertThat(pieces).hasToString(whole);
    assertThat(streamed).hasToString(whole);
    assertThat(whole).as("characters beyond the basic plane come whole").contains("\uD83D\uDE00");
  }

  @Test
  void theSeedDecides() {
    assertThat(text(SEEDED, "a", 200)).isEqualTo(text(SEEDED, "a", 200));
    assertThat(text(SEEDED, "a", 200)).isNotEqualTo(text(SEEDED.seed(43), "a", 200));
    assertThat(text(Sampling.greedy(), "a", 200)).isEqualTo(text(Sampling.greedy(), "a", 200));
    try (TextGenerator fresh = TextGenerator.of(model, Sampling.defaults())) {
      String written = fresh.generate(200);
      assertThat(text(Sampling.defaults().seed(fresh.seed()), "", 200)).isEqualTo(written);
    }
  }

  @Test
  void theFiltersAreApplied() {
    assertThat(text(SEEDED.topK(1), "a", 50)).isEqualTo(text(Sampling.greedy(), "a", 50));
    assertThat(text(SEEDED.minP(1), "a", 50)).isEqualTo(text(Sampling.greedy(), "a", 50));
    assertThat(text(SEEDED.topP(1e-9), "a", 50)).isEqualTo(text(Sampling.greedy(), "a", 50));
  }

  @Test
  void aStreamDoesNotDependOnItsNeighbours() {
    List<String> prompts = List.of("abc", "h", "de fgh", "", "abc");
    List<String> together;
    try (TextGenerator generator = TextGenerator.of(model, SEEDED, 5)) {
      generator.prompt(prompts);
      together = generator.generateAll(170);
    }
    for (int stream = 0; stream < 5; stream++) {
      Sampling alone = SEEDED.seed(StreamSeeds.of(42, stream));
      assertThat(text(alone, prompts.get(stream), 170)).isEqualTo(together.get(stream));
    }
    assertThat(StreamSeeds.of(42, 0)).isEqualTo(42);
    assertThat(together.get(4)).isNotEqualTo(together.get(0));
  }

  @Test
  void outputEndsRightBeforeTheFirstStopText() {
    String whole = text(SEEDED, "a", 400);
    String early = whole.substring(37, 40);
    String late = whole.substring(200, 203);
    String expected = whole.substring(0, Math.min(whole.indexOf(early), whole.indexOf(late)));
    Sampling sampling = SEEDED.stop(late).stop("zzz").stop(early);

    assertThat(text(sampling, "a", 400)).isEqualTo(expected);
    try (TextGenerator generator = TextGenerator.of(model, sampling, 3)) {
      generator.prompt("a");
      assertThat(generator.generateAll(400).getFirst()).isEqualTo(expected);
      assertThat(generator.stopped(0)).isTrue();
      assertThat(generator.generateAll(400).getFirst()).isEmpty();
    }
    try (TextGenerator generator = TextGenerator.of(model, sampling)) {
      generator.prompt("a");
      StringBuilder streamed = new StringBuilder();
      generator.stream().forEach(streamed::appendCodePoint);
      assertThat(streamed).hasToString(expected);
      assertThat(generator.generate(10)).isEmpty();
    }
  }

  @Test
  void aSingleStreamGoesOnAfterAStopTextAsIfNothingHadBeenDrawnBeyondIt() {
    String whole = text(SEEDED, "a", 60);
    String stop = whole.substring(20, 24);
    int end = whole.indexOf(stop) + stop.length();
    try (TextGenerator stopping = TextGenerator.of(model, SEEDED.stop(stop));
        TextGenerator plain = TextGenerator.of(model, SEEDED)) {
      stopping.prompt("a");
      stopping.generate(400);
      plain.prompt("a");
      plain.generate(whole.codePointCount(0, end));
      stopping.feed("bcd");
      plain.feed("bcd");
      assertThat(stopping.generate(5)).isEqualTo(plain.generate(5)).isNotEmpty();
    }
  }

  @Test
  void unseenCharactersOfAPromptFollowThePolicy() {
    try (TextGenerator generator = TextGenerator.of(model, SEEDED)) {
      assertThatThrownBy(() -> generator.prompt("abXc"))
          .isInstanceOf(CorpusException.class)
          .hasMessageContaining("U+0058 'X'");
    }
    try (TextGenerator skipping = TextGenerator.of(model, SEEDED.unseen(UnseenPolicy.SKIP))) {
      skipping.prompt("XabXYc");
      assertThat(skipping.unseen()).isEqualTo(3);
      assertThat(skipping.generate(50)).isEqualTo(text(SEEDED, "abc", 50));
    }
    try (TextGenerator replacing = TextGenerator.of(model, SEEDED.unseen(UnseenPolicy.REPLACE))) {
      replacing.prompt("abXc");
      assertThat(replacing.unseen()).isEqualTo(1);
      assertThat(replacing.generate(50)).isEqualTo(text(SEEDED, "ab c", 50));
    }
  }

  @Test
  void anEmptyPromptStartsAsAfterALineFeed() {
    String afterLineFeed = text(SEEDED, "\n", 40);

    assertThat(text(SEEDED, "", 40)).isEqualTo(afterLineFeed);
    assertThat(text(SEEDED, "\r\n", 40)).isEqualTo(afterLineFeed);
    try (TextGenerator generator = TextGenerator.of(model, SEEDED)) {
      assertThat(generator.generate(40)).isEqualTo(afterLineFeed);
    }
  }

  @Test
  void bytesAreAssembledToCharacters() {
    try (CharModel bytes = TestModels.bytes(backend);
        TextGenerator generator = TextGenerator.of(bytes, SEEDED);
        StepDecoder decoder = bytes.network().createDecoder(1)) {
      generator.prompt("\u00e9");
      decoder.reset(0, 42);
      decoder.feed(new int[] {0xC3});
      decoder.feed(new int[] {0xA9});
      int[] tokens = new int[500];
      decoder.generate(500, new SamplingConfig(0.9, 0, 1, 0, false), tokens);

      String text = generator.generate(499) + generator.generate(1);

      // Bytes that end inside a character are kept back, so the decoded whole may have one more.
      assertThat(bytes.vocabulary().decode(tokens))
          .startsWith(text)
          .hasSizeLessThan(text.length() + 2);
    }
  }

  @Test
  void wrongUseIsRefused() {
    assertThatThrownBy(() -> Sampling.temperature(0)).hasMessageContaining("temperature");
    assertThatThrownBy(() -> SEEDED.topP(0)).hasMessageContaining("top-p");
    assertThatThrownBy(() -> SEEDED.stop("")).hasMessageContaining("stop text");
    assertThatThrownBy(() -> TextGenerator.of(model, SEEDED, 0)).hasMessageContaining("stream");
    try (TextGenerator two = TextGenerator.of(model, SEEDED, 2)) {
      assertThatThrownBy(() -> two.generate(3)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(two::stream).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> two.prompt(List.of("a"))).hasMessageContaining("1 prompts for 2");
      assertThatThrownBy(() -> two.generateAll(-1)).hasMessageContaining("negative");
    }
    TextGenerator closed = TextGenerator.of(model, SEEDED);
    closed.close();
    closed.close();
    assertThatThrownBy(() -> closed.generate(1)).hasMessageContaining("closed");
    assertThatThrownBy(() -> closed.prompt("a")).hasMessageContaining("closed");
  }

  @Test
  void generatorsOfOneModelRunInThreadsOfTheirOwn() throws Exception {
    String alone = text(SEEDED, "ab", 400);
    try (var threads = Executors.newFixedThreadPool(4)) {
      List<Callable<String>> tasks = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        tasks.add(() -> text(SEEDED, "ab", 400));
      }
      for (Future<String> future : threads.invokeAll(tasks)) {
        assertThat(future.get()).isEqualTo(alone);
      }
    }
  }
}
