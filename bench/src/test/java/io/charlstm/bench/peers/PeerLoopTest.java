package io.charlstm.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PeerLoopTest {
  @Test
  void aWindowEndsWithTheStepThatFillsIt() {
    AtomicLong clock = new AtomicLong(5_000_000_000L);
    // Steps of 0.4 s and 10 characters: the third one passes one second.
    double speed =
        PeerLoop.run(
            () -> {
              clock.addAndGet(400_000_000L);
              return 10;
            },
            1.0,
            clock::get);
    assertThat(speed).isCloseTo(30 / 1.2, within(1e-9)); // rounding
  }

  @Test
  void aWindowIsAtLeastOneStep() {
    AtomicLong clock = new AtomicLong();
    double speed =
        PeerLoop.run(() -> clock.addAndGet(2_000_000_000L) / 500_000_000L, 0, clock::get);
    assertThat(speed).isCloseTo(4 / 2.0, within(1e-9));
  }

  @Test
  void shapesAreReadAsTheyAreWritten() {
    PeerShape shape = new PeerShape(96, 3, 0, 100, 32, 65);
    assertThat(PeerShape.parse(shape.text())).isEqualTo(shape);
    assertThat(PeerShape.of(PeerLoop.numbers(shape.text()))).isEqualTo(shape);
    assertThat(shape.randomTokens(1)).hasSize(3200);
    assertThat(PeerShape.parse("flux-shakespeare")).isEqualTo(new PeerShape(128, 2, 0, 50, 50, 65));
  }
}
