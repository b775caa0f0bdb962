package io.charlstm.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.charlstm.runtime.reference.ReferenceBackend;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ThroughputBenchTest {
  private static final RunConfig CONFIG =
      RunConfig.defaults()
          .withValues(
              Map.of(
                  "hidden_size", 5L,
                  "embedding_size", 3L,
                  "seq_length", 4L,
                  "batch_size", 2L,
                  "dropout", 0.3));

  @Test
  void reportsTheSpeedOfTrainingSteps() {
    try (ReferenceBackend backend = new ReferenceBackend()) {
      SpeedReport report = new ThroughputBench(backend, CONFIG, 11).train(0.1);
      assertThat(report.charsPerSec()).isPositive();
      assertThat(report.stepMillis())
          .isCloseTo(1000.0 * 8 / report.charsPerSec(), within(1e-9)); // rounding
      assertThat(report.parameters()).isEqualTo(CONFIG.network(11).parameterCount());
      assertThat(FlatJson.parse(report.toJson("small", 12.5)))
          .containsKeys("mode", "device", "precision", "threads", "chars_per_sec", "step_ms")
          .containsEntry("preset", "small")
          .containsEntry("peak_rss_mb", 12.5);
    }
  }

  @Test
  void reportsTheSpeedOfSamplingAllStreams() {
    try (ReferenceBackend backend = new ReferenceBackend()) {
      SpeedReport report = new ThroughputBench(backend, CONFIG, 11).sample(0.1, 3);
      assertThat(report.streams()).isEqualTo(3);
      assertThat(report.stepMillis())
          .isCloseTo(1000.0 * 3 / report.charsPerSec(), within(1e-9)); // rounding
    }
  }

  @Test
  void aCallCountsTheCharactersOfAllLanesOrStreams() {
    try (ReferenceBackend backend = new ReferenceBackend()) {
      ThroughputBench bench = new ThroughputBench(backend, CONFIG, 11);
      try (Workload training = bench.training()) {
        assertThat(training.run()).isEqualTo(4 * 2);
        assertThat(training.charactersPerStep()).isEqualTo(4 * 2);
      }
      try (Workload sampling = bench.sampling(3)) {
        assertThat(sampling.run() % 3).isZero();
        assertThat(sampling.charactersPerStep()).isEqualTo(3);
      }
    }
  }

  @Test
  void theMedianIsTheMiddle() {
    assertThat(ThroughputBench.median(List.of(1.0, 2.0, 9.0))).isEqualTo(2);
    assertThat(ThroughputBench.median(List.of(1.0, 2.0, 4.0, 9.0))).isEqualTo(3);
  }
}
