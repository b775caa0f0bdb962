package io.charlstm.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LineBatchesTest {

  private static Corpus open(String text) {
    return Corpus.open(CorpusTest.stream(text), CorpusOptions.defaults());
  }

  private static LineBatches batches(Corpus corpus, int batchSize, int sequenceLength, long seed) {
    int newline = corpus.vocabulary().idOf('\n');
    LineBatches batches =
        new LineBatches(
            corpus.tokens(), LineEnds.newlines(newline), batchSize, sequenceLength, seed);
    batches.startEpoch(0);
    return batches;
  }

  /** Every lane of every batch as "input>target" pairs; checks the padding on the way. */
  private static List<String> lanes(LineBatches batches, Corpus corpus, int batchSize) {
    List<String> lanes = new ArrayList<>();
    Vocabulary vocabulary = corpus.vocabulary();
    for (long batch = 0; batch < batches.windows(); batch++) {
      int steps = batches.steps(batch);
      int[] inputs = new int[steps * batchSize];
      int[] targets = new int[steps * batchSize];
      batches.fill(batch, MemorySegment.ofArray(inputs), MemorySegment.ofArray(targets));
      assertThat(Arrays.stream(targets).filter(t -> t != TokenBatches.IGNORE).count())
          .isEqualTo(batches.scored(batch));
      for (int lane = 0; lane < batchSize; lane++) {
        StringBuilder text = new StringBuilder();
        for (int step = 0; step < steps && targets[step * batchSize + lane] >= 0; step++) {
          text.append(vocabulary.decode(inputs[step * batchSize + lane])).append('>');
          text.append(vocabulary.decode(targets[step * batchSize + lane])).append(' ');
        }
        if (!text.isEmpty()) {
          lanes.add(text.toString().replace('\n', '$'));
        }
      }
    }
    return lanes;
  }

  @Test
  void everyLineIsPredictedFromItsNewlineToItsNewline() {
    try (Corpus corpus = open("ab\nc\n\nabcd\ncd")) {
      LineBatches batches = batches(corpus, 3, 10, 1);
      assertThat(lanes(batches, corpus, 3))
          .containsExactlyInAnyOrder(
              "$>a a>b b>$ ", "$>c c>$ ", "$>a a>b b>c c>d d>$ ", "$>c c>d d>$ ");
      assertThat(batches.emptyLines()).isEqualTo(1);
      assertThat(batches.cutLines()).isZero();
    }
  }

  @Test
  void longLinesAreCutSoThatEveryTransitionRemains() {
    try (Corpus corpus = open("abcdefg\nab")) {
      LineBatches batches = batches(corpus, 2, 3, 2);
      assertThat(lanes(batches, corpus, 2))
          .containsExactlyInAnyOrder("$>a a>b b>c ", "c>d d>e e>f ", "f>g g>$ ", "$>a a>b b>$ ");
      assertThat(batches.cutLines()).isEqualTo(1);
    }
    try (Corpus corpus = open("x\nabc")) {
      assertThat(lanes(batches(corpus, 2, 3, 2), corpus, 2))
          .containsExactlyInAnyOrder("$>x x>$ ", "$>a a>b b>c ", "c>$ ");
    }
  }

  @Test
  void linesOfSimilarLengthShareABatch() {
    StringBuilder text = new StringBuilder();
    Random random = new Random(11);
    int transitions = 0;
    for (int line = 0; line < 500; line++) {
      int length = 1 + random.nextInt(40);
      transitions += length + 1;
      text.append("a".repeat(length)).append('\n');
    }
    try (Corpus corpus = open(text.toString())) {
      LineBatches batches = batches(corpus, 16, 64, 3);
      assertThat(batches.windows()).isEqualTo(32);
      long padded = 0;
      for (int batch = 0; batch < batches.windows(); batch++) {
        padded += 16L * batches.steps(batch) - batches.scored(batch);
      }
      // Sorted into 32 groups of 40 lengths, lines of a batch differ by at most 2 or 3 of 21.
      assertThat((double) padded / transitions).isLessThan(0.1);
    }
  }

  @Test
  void theSeedDecidesTheOrder() {
    try (Corpus corpus = open("abcdefghijklmnopqrstuvwxyz".replaceAll("(.)", "$1\n"))) {
      List<String> first = lanes(batches(corpus, 3, 5, 1), corpus, 3);
      assertThat(lanes(batches(corpus, 3, 5, 1), corpus, 3)).isEqualTo(first);
      assertThat(lanes(batches(corpus, 3, 5, 2), corpus, 3))
          .isNotEqualTo(first)
          .containsExactlyInAnyOrderElementsOf(first);
    }
  }

  @Test
  void aCorpusOfEmptyLinesIsRefused() {
    try (Corpus corpus = open("\n\n\n")) {
      assertThatThrownBy(() -> batches(corpus, 2, 3, 1))
          .isInstanceOf(CorpusException.class)
          .hasMessage("the corpus has no line that is not empty");
    }
  }

  @Test
  void anEndSymbolEndsAndPadsLines() {
    CorpusOptions options = CorpusOptions.defaults().withExtraSymbols("\0");
    try (Corpus corpus = Corpus.open(CorpusTest.stream("abc\n\nd\nefghi"), options)) {
      Vocabulary vocabulary = corpus.vocabulary();
      assertThat(vocabulary.idOf(0)).isZero();
      LineEnds ends = new LineEnds(vocabulary.idOf('\n'), 0);
      LineBatches batches = new LineBatches(corpus.tokens(), ends, 2, 4, 3);
      assertThat(lanes(batches, corpus, 2))
          .extracting(lane -> lane.replace('\0', '0'))
          .containsExactlyInAnyOrder("a>b b>c c>0 ", "d>0 ", "e>f f>g g>h h>i ", "i>0 ");
      assertThat(batches.characters()).isEqualTo(9);
      int[] inputs = new int[8];
      int[] targets = new int[8];
      batches.fill(1, MemorySegment.ofArray(inputs), MemorySegment.ofArray(targets));
      assertThat(inputs[6]).as("padding of the shorter line").isZero();
      assertThat(targets[6]).isEqualTo(TokenBatches.IGNORE);
    }
  }

  @Test
  void anEndSymbolThatIsInTheTextIsRefused() {
    try (Corpus corpus = open("ab\ncd")) {
      LineEnds ends = new LineEnds(corpus.vocabulary().idOf('\n'), corpus.vocabulary().idOf('c'));
      assertThatThrownBy(() -> new LineBatches(corpus.tokens(), ends, 2, 4, 3))
          .isInstanceOf(CorpusException.class)
          .hasMessageStartingWith("character 4 of the text is the extra_symbol");
    }
  }

  @Test
  void everyLineComesOnceAnEpochAndTheEpochDecidesTheOrder() {
    try (Corpus corpus = open("abcdefghijklmnopqrstuvwxyz".replaceAll("(.)", "$1\n$1$1\n"))) {
      LineBatches batches = batches(corpus, 3, 5, 1);
      List<String> first = lanes(batches, corpus, 3);
      batches.startEpoch(4);
      List<String> fifth = lanes(batches, corpus, 3);
      assertThat(fifth).isNotEqualTo(first).containsExactlyInAnyOrderElementsOf(first);
      batches.startEpoch(0);
      assertThat(lanes(batches, corpus, 3)).isEqualTo(first);
    }
  }
}
