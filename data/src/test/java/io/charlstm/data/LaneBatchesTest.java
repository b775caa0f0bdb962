package io.charlstm.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LaneBatchesTest {

  @ParameterizedTest
  @CsvSource({"37, 3, 4", "100, 1, 7", "24, 4, 5", "25, 4, 5", "6, 3, 1", "1009, 11, 13"})
  void eachLaneReadsItsOwnPartInOrder(int size, int batchSize, int sequenceLength) {
    LaneBatches batches = new LaneBatches(new Numbers(size), batchSize, sequenceLength);
    List<List<Integer>> lanes = naiveLanes(size, batchSize);
    int windows = (lanes.getFirst().size() - 1) / sequenceLength;
    assertThat(batches.windows()).isEqualTo(windows);
    assertThat(batches.characters()).isEqualTo((long) windows * sequenceLength * batchSize);
    int[] inputs = new int[batchSize * sequenceLength];
    int[] targets = new int[batchSize * sequenceLength];
    for (int window = 0; window < windows; window++) {
      batches.fill(window, MemorySegment.ofArray(inputs), MemorySegment.ofArray(targets));
      for (int step = 0; step < sequenceLength; step++) {
        for (int lane = 0; lane < batchSize; lane++) {
          int element = step * batchSize + lane;
          int position = window * sequenceLength + step;
          assertThat(inputs[element]).isEqualTo(lanes.get(lane).get(position));
          assertThat(targets[element]).isEqualTo(lanes.get(lane).get(position + 1));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"37, 3, 4, 0, 2", "100, 1, 7, 3, 9", "1009, 11, 13, 2, 4"})
  void windowsThatFollowEachOther(
      int size, int batchSize, int sequenceLength, int firstWindow, int count) {
    LaneBatches batches = new LaneBatches(new Numbers(size), batchSize, sequenceLength);
    int width = count * sequenceLength + 1;
    int[] rows = new int[batchSize * width];
    batches.fillLanes(firstWindow, count, MemorySegment.ofArray(rows));
    List<List<Integer>> lanes = naiveLanes(size, batchSize);
    for (int lane = 0; lane < batchSize; lane++) {
      for (int i = 0; i < width; i++) {
        assertThat(rows[lane * width + i])
            .isEqualTo(lanes.get(lane).get(firstWindow * sequenceLength + i));
      }
    }
    long beyond = batches.windows() - firstWindow + 1;
    assertThatThrownBy(
            () -> batches.fillLanes(firstWindow, (int) beyond, MemorySegment.ofArray(rows)))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  private static List<List<Integer>> naiveLanes(int size, int batchSize) {
    List<List<Integer>> lanes = new ArrayList<>();
    for (int lane = 0; lane < batchSize; lane++) {
      List<Integer> tokens = new ArrayList<>();
      for (int i = 0; i < size / batchSize; i++) {
        tokens.add(lane * (size / batchSize) + i);
      }
      lanes.add(tokens);
    }
    return lanes;
  }

  @Test
  void tooShortAPartSaysHowMuchIsNeeded() {
    assertThatThrownBy(() -> new LaneBatches(new Numbers(480), 32, 100))
        .isInstanceOf(CorpusException.class)
        .hasMessage(
            "training part has 480 characters; batch_size 32 x (seq_length 100 + 1) needs at"
                + " least 3232: lower batch_size or seq_length");
    assertThat(new LaneBatches(new Numbers(3232), 32, 100).windows()).isEqualTo(1);
    assertThatThrownBy(() -> new LaneBatches(new Numbers(3231), 32, 100))
        .isInstanceOf(CorpusException.class);
  }

  @Test
  void sizesWhoseProductExceedsAnIntAreComparedExactly() {
    int large = Integer.MAX_VALUE;
    assertThatThrownBy(() -> new LaneBatches(new Numbers(1000), large, large))
        .isInstanceOf(CorpusException.class)
        .hasMessageContaining("needs at least 4611686016279904256:");
  }

  @Test
  void zeroAndNegativeSizesAreRefused() {
    assertThatThrownBy(() -> new LaneBatches(new Numbers(10), 0, 3))
        .isInstanceOf(CorpusException.class)
        .hasMessage("batch_size is at least 1, not 0");
    assertThatThrownBy(() -> new LaneBatches(new Numbers(10), 2, -5))
        .isInstanceOf(CorpusException.class)
        .hasMessage("seq_length is at least 1, not -5");
  }

  @Test
  void windowsOutsideTheEpochAreRefused() {
    LaneBatches batches = new LaneBatches(new Numbers(37), 3, 4);
    MemorySegment ints = MemorySegment.ofArray(new int[12]);
    assertThatThrownBy(() -> batches.fill(batches.windows(), ints, ints))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> batches.fill(-1, ints, ints))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void lanesBeyondTwoGigabytesAreReadAtTheRightPlaces() {
    long size = 9_000_000_019L;
    LaneBatches batches = new LaneBatches(new Numbers(size), 7, 5);
    long laneLength = size / 7;
    assertThat(batches.windows()).isEqualTo((laneLength - 1) / 5);
    int[] inputs = new int[35];
    int[] targets = new int[35];
    long last = batches.windows() - 1;
    batches.fill(last, MemorySegment.ofArray(inputs), MemorySegment.ofArray(targets));
    for (int step = 0; step < 5; step++) {
      for (int lane = 0; lane < 7; lane++) {
        long position = lane * laneLength + last * 5 + step;
        assertThat(inputs[step * 7 + lane]).isEqualTo(Numbers.at(position));
        assertThat(targets[step * 7 + lane]).isEqualTo(Numbers.at(position + 1));
      }
    }
  }
}
