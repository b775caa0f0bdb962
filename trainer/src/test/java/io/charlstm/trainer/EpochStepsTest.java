package io.charlstm.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EpochStepsTest {
  @Test
  void oneWindowAStep() {
    EpochSteps epochs = new EpochSteps(5, 1);
    assertThat(epochs.epochAfter(4)).isZero();
    assertThat(epochs.epochAfter(5)).isEqualTo(1);
    assertThat(epochs.epochOf(5)).isZero();
    assertThat(epochs.inEpoch(5)).isEqualTo(5);
    assertThat(epochs.inEpoch(6)).isEqualTo(1);
    assertThat(epochs.isEnd(5)).isTrue();
    assertThat(epochs.isEnd(6)).isFalse();
    assertThat(epochs.isEnd(0)).isFalse();
    assertThat(epochs.untilEnd(5)).isEqualTo(5);
    assertThat(epochs.untilEnd(8)).isEqualTo(2);
  }

  @Test
  void aStepOverTheEndBelongsToTheEpochItBeginsIn() {
    EpochSteps epochs = new EpochSteps(7, 3); // steps of windows 0-2, 3-5, 6-8, 9-11, 12-14, ...
    assertThat(epochs.epochOf(3)).isZero();
    assertThat(epochs.isEnd(2)).isFalse();
    assertThat(epochs.isEnd(3)).isTrue();
    assertThat(epochs.inEpoch(4)).isEqualTo(1);
    assertThat(epochs.untilEnd(0)).isEqualTo(3);
    assertThat(epochs.untilEnd(3)).isEqualTo(2);
    assertThat(epochs.isEnd(5)).isTrue();
  }
}
