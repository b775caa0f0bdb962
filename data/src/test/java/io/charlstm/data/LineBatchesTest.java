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
    return new LineBatches(corpus.tokens(), newline, batchSize, sequenceLength, seed);
  }

  /** Every lane of every batch as "input>target" pairs; checks the padding on the way. */
  private static List<String> lanes(LineBatches batches, Corpus corpus, int batchSize) {
    List<String> lanes = new ArrayList<>();
    Vocabulary vocabulary = corpus.vocabulary();
    for (int batch = 0; batch < batches.batches(); batch++) {
      int steps = batches.steps(batch);
      int[] inputs = new int[steps * batchSize];
      int[] targets = new int[steps * batchSize];
      batches.fill(batch, MemorySegment.ofArray(inputs), MemorySegment.ofArray(targets));
      assertThat(Arrays.stream(targets).filter(t -> t != LineBatches.IGNORE).count())
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
      assertThat(batches.batches()).isEqualTo(32);
      long padded = 0;
      for (int batch = 0; batch < batches.batches(); batch++) {
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
}
