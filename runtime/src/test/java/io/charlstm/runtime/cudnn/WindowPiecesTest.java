package io.charlstm.runtime.cudnn;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WindowPiecesTest {
  @Test
  void piecesFollowEachOtherAndAreAboutEqual() {
    for (int steps = 1; steps < 300; steps++) {
      WindowPieces pieces = WindowPieces.of(steps, 2);
      assertThat(pieces.first(0)).isZero();
      assertThat(pieces.first(pieces.count())).isEqualTo(steps);
      for (int piece = 0; piece < pieces.count(); piece++) {
        assertThat(pieces.length(piece))
            .isBetween(steps / pieces.count(), steps / pieces.count() + 1);
      }
    }
  }

  /** So that states between pieces have room in a plan that is made for more steps. */
  @Test
  void moreStepsHaveNoFewerPieces() {
    for (int steps = 1; steps < 300; steps++) {
      assertThat(WindowPieces.of(steps + 1, 3).count())
          .isGreaterThanOrEqualTo(WindowPieces.of(steps, 3).count());
    }
  }

  @Test
  void layersInOneDescriptorAreNotCut() {
    assertThat(WindowPieces.of(1000, 1).count()).isOne();
    assertThat(WindowPieces.of(1000, 2).count()).isGreaterThan(1);
    assertThat(WindowPieces.of(1, 2).count()).isOne();
  }
}
