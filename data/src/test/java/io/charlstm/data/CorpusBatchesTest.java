package io.charlstm.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.charlstm.data.CorpusBatches.Form;
import io.charlstm.data.CorpusBatches.Part;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CorpusBatchesTest {
  private static final Split SPLIT = new Split(70, 20, 10);

  private static CorpusBatches cut(TokenSequence tokens, Batching batching, boolean lanes) {
    return new CorpusBatches(
        tokens, SPLIT, new Form(batching, lanes, 3, 4, 1, Optional.of(LineEnds.newlines(0))));
  }

  /** All targets that are scored, sorted. */
  private static List<Integer> targets(TokenBatches batches) {
    int[] inputs = new int[batches.batchSize() * batches.sequenceLength()];
    int[] targets = new int[inputs.length];
    List<Integer> all = new ArrayList<>();
    for (long window = 0; window < batches.windows(); window++) {
      batches.fill(window, MemorySegment.ofArray(inputs), MemorySegment.ofArray(targets));
      for (int i = 0; i < batches.steps(window) * batches.batchSize(); i++) {
        if (targets[i] >= 0) {
          all.add(targets[i]);
        }
      }
    }
    all.sort(null);
    return all;
  }

  @Test
  void textIsSplitByPosition() {
    CorpusBatches cut = cut(new Numbers(100), Batching.LANES, false);
    assertThat(cut.size(Part.TRAIN)).isEqualTo(70);
    assertThat(cut.size(Part.VALID)).isEqualTo(20);
    assertThat(cut.size(Part.TEST)).isEqualTo(10);
    TokenBatches valid = cut.scoring(Part.VALID, 2).orElseThrow();
    assertThat(valid.carriesState()).isTrue();
    assertThat(targets(valid)).hasSize(19).startsWith(71).endsWith(89);
    assertThat(cut.scoring(Part.ALL, 1).orElseThrow().characters()).isEqualTo(99);
  }

  @Test
  void sequencesOfThePartsAreThoseOfTheWholeText() {
    CorpusBatches cut = cut(new Numbers(103), Batching.SHUFFLED, false); // 25 sequences
    List<Integer> all = new ArrayList<>(targets(cut.train()));
    assertThat(all).hasSize(17 * 4);
    all.addAll(targets(cut.scoring(Part.VALID, 9).orElseThrow()));
    assertThat(all).hasSize(22 * 4);
    all.addAll(targets(cut.scoring(Part.TEST, 9).orElseThrow()));
    assertThat(all).hasSize(100).doesNotHaveDuplicates().startsWith(1).endsWith(100);
  }

  @Test
  void linesAreNotCutInTwo() {
    String text = "aaaa\nbbbb\ncccc\ndddd\neeee\nffff\ngggg\n";
    try (Corpus corpus = Corpus.open(CorpusTest.stream(text), CorpusOptions.defaults())) {
      CorpusBatches cut = cut(corpus.tokens(), Batching.LINES, false);
      // 35 characters: cuts at 24 and 31 move behind the fifth and the seventh line
      assertThat(cut.size(Part.TRAIN)).isEqualTo(25);
      assertThat(cut.size(Part.VALID)).isEqualTo(10);
      assertThat(cut.size(Part.TEST)).isZero();
      assertThat(cut.scoring(Part.TEST, 1)).isEmpty();
      assertThat(cut.train().characters()).isEqualTo(25);
    }
  }

  @Test
  void lanesMayBeSplitEach() {
    CorpusBatches cut = cut(new Numbers(3 * 42), Batching.LANES, true); // ten windows a lane
    assertThat(cut.train().windows()).isEqualTo(7);
    assertThat(targets(cut.train()))
        .startsWith(1, 2, 3)
        .contains(28, 43, 70)
        .doesNotContain(29, 71);
    TokenBatches valid = cut.scoring(Part.VALID, 16).orElseThrow();
    assertThat(valid.windows()).isEqualTo(2);
    assertThat(targets(valid)).startsWith(29, 30).contains(36, 71, 113).hasSize(24);
    assertThat(targets(cut.scoring(Part.TEST, 16).orElseThrow())).hasSize(12).startsWith(37);
    assertThat(cut.size(Part.TRAIN)).isEqualTo(84);
  }

  @Test
  void anEmptyTrainingPartIsRefused() {
    CorpusBatches none =
        new CorpusBatches(
            new Numbers(50),
            new Split(0, 100, 0),
            new Form(Batching.SHUFFLED, false, 3, 4, 1, Optional.empty()));
    assertThatThrownBy(none::train)
        .isInstanceOf(CorpusException.class)
        .hasMessage("the training part is empty: use another split");
  }
}
