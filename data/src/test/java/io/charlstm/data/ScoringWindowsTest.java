package io.charlstm.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScoringWindowsTest {

  @ParameterizedTest
  @CsvSource({
    "2, 1, 1",
    "2, 5, 3",
    "4, 7, 2",
    "100, 1, 7",
    "100, 3, 4",
    "101, 4, 5",
    "1009, 32, 10",
    "65, 8, 8",
    "66, 8, 8",
    "67, 8, 8"
  })
  void everyTransitionIsScoredOnce(int size, int lanes, int sequenceLength) {
    ScoringWindows windows = new ScoringWindows(new Numbers(size), lanes, sequenceLength);
    int[] inputs = new int[lanes * sequenceLength];
    int[] targets = new int[lanes * sequenceLength];
    List<List<Integer>> scored = new ArrayList<>();
    IntStream.range(0, lanes).forEach(_ -> scored.add(new ArrayList<>()));
    for (long window = 0; window < windows.windows(); window++) {
      windows.fill(window, MemorySegment.ofArray(inputs), MemorySegment.ofArray(targets));
      int rowsScored = 0;
      for (int step = 0; step < sequenceLength; step++) {
        for (int lane = 0; lane < lanes; lane++) {
          int target = targets[step * lanes + lane];
          int input = inputs[step * lanes + lane];
          if (target == TokenBatches.IGNORE) {
            assertThat(input).isZero();
          } else {
            assertThat(target).isEqualTo(input + 1);
            scored.get(lane).add(target);
            rowsScored = step + 1;
          }
        }
      }
      assertThat(windows.steps(window)).isEqualTo(rowsScored);
    }
    List<Integer> inOrder = scored.stream().flatMap(List::stream).toList();
    assertThat(inOrder).isEqualTo(IntStream.range(1, size).boxed().toList());
    assertThat(windows.transitions()).isEqualTo(size - 1L);
    List<Integer> lengths = scored.stream().map(List::size).toList();
    assertThat(Collections.max(lengths) - Collections.min(lengths)).isLessThanOrEqualTo(1);
  }

  @Test
  void oneTokenHasNothingToScore() {
    assertThatThrownBy(() -> new ScoringWindows(new Numbers(1), 1, 1))
        .isInstanceOf(CorpusException.class)
        .hasMessageStartingWith("the part to score has 1 characters and needs at least 2");
    assertThatThrownBy(() -> new ScoringWindows(new Numbers(9), 0, 1))
        .isInstanceOf(CorpusException.class);
  }

  @Test
  void sequencesBeyondTwoGigabytesAreReadAtTheRightPlaces() {
    long size = 7_000_000_003L;
    ScoringWindows windows = new ScoringWindows(new Numbers(size), 3, 1000);
    int[] inputs = new int[3000];
    int[] targets = new int[3000];
    long last = windows.windows() - 1;
    windows.fill(last, MemorySegment.ofArray(inputs), MemorySegment.ofArray(targets));
    // 7,000,000,002 transitions: three lanes of 2,333,333,334, so 334 steps in the last window
    assertThat(last).isEqualTo(2_333_333L);
    assertThat(windows.steps(last)).isEqualTo(334);
    for (int lane = 0; lane < 3; lane++) {
      long from = lane * 2_333_333_334L + last * 1000;
      assertThat(inputs[333 * 3 + lane]).isEqualTo(Numbers.at(from + 333));
      assertThat(targets[333 * 3 + lane]).isEqualTo(Numbers.at(from + 334));
      assertThat(targets[334 * 3 + lane]).isEqualTo(TokenBatches.IGNORE);
    }
  }
}
