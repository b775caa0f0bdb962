package io.charlstm.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SequenceBatchesTest {

  /** The first position of the sequence in each lane that has one, window after window. */
  private static List<Long> starts(SequenceBatches batches) {
    int b = batches.batchSize();
    int t = batches.sequenceLength();
    int[] inputs = new int[t * b];
    int[] targets = new int[t * b];
    List<Long> starts = new ArrayList<>();
    long scored = 0;
    for (long window = 0; window < batches.windows(); window++) {
      batches.fill(window, MemorySegment.ofArray(inputs), MemorySegment.ofArray(targets));
      for (int lane = 0; lane < b; lane++) {
        if (targets[lane] == TokenBatches.IGNORE) {
          for (int step = 0; step < t; step++) {
            assertThat(targets[step * b + lane]).isEqualTo(TokenBatches.IGNORE);
          }
          continue;
        }
        long start = inputs[lane];
        for (int step = 0; step < t; step++) {
          assertThat(inputs[step * b + lane]).isEqualTo(Numbers.at(start + step));
          assertThat(targets[step * b + lane]).isEqualTo(Numbers.at(start + step + 1));
        }
        starts.add(start);
      }
      scored += batches.scored(window);
    }
    assertThat(scored).isEqualTo(batches.characters());
    return starts;
  }

  @ParameterizedTest
  @CsvSource({"101, 3, 10", "100, 3, 10", "12, 5, 11", "997, 8, 7"})
  void everySequenceComesOnceAnEpoch(int size, int batchSize, int sequenceLength) {
    SequenceBatches batches = new SequenceBatches(new Numbers(size), batchSize, sequenceLength, 5);
    List<Long> all =
        IntStream.range(0, (size - 1) / sequenceLength)
            .mapToObj(i -> (long) i * sequenceLength)
            .toList();
    assertThat(starts(batches)).isEqualTo(all);
    for (long epoch = 0; epoch < 3; epoch++) {
      batches.startEpoch(epoch);
      assertThat(starts(batches)).containsExactlyInAnyOrderElementsOf(all);
    }
  }

  @Test
  void theOrderFollowsFromSeedAndEpochAlone() {
    SequenceBatches batches = new SequenceBatches(new Numbers(500), 4, 5, 9);
    batches.startEpoch(7);
    List<Long> seventh = starts(batches);
    batches.startEpoch(8);
    List<Long> eighth = starts(batches);
    batches.startEpoch(7);
    assertThat(starts(batches)).isEqualTo(seventh).isNotEqualTo(eighth);

    SequenceBatches again = new SequenceBatches(new Numbers(500), 4, 5, 9);
    again.startEpoch(8);
    assertThat(starts(again)).isEqualTo(eighth);
    SequenceBatches other = new SequenceBatches(new Numbers(500), 4, 5, 10);
    other.startEpoch(8);
    assertThat(starts(other)).isNotEqualTo(eighth);
  }

  @Test
  void anEpochIsNotTheNextSeedsEpoch() {
    SequenceBatches one = new SequenceBatches(new Numbers(500), 4, 5, 1);
    SequenceBatches two = new SequenceBatches(new Numbers(500), 4, 5, 2);
    one.startEpoch(1);
    two.startEpoch(0);
    assertThat(starts(one)).isNotEqualTo(starts(two));
  }

  @Test
  void aTextShorterThanASequenceIsRefused() {
    assertThatThrownBy(() -> new SequenceBatches(new Numbers(10), 4, 10, 1))
        .isInstanceOf(CorpusException.class)
        .hasMessageContaining("10 characters make 0 sequences of seq_length 10");
  }
}
