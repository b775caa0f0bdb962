package io.charlstm.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.charlstm.data.SequenceBatches;
import io.charlstm.data.TokenSequence;
import io.charlstm.runtime.Initializer;
import io.charlstm.runtime.InitializerConfig;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.ParameterSpec;
import io.charlstm.runtime.TrainingPass;
import io.charlstm.runtime.WindowPlan;
import io.charlstm.runtime.reference.ReferenceBackend;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Loss conventions, rescaling and clipping, against updates worked out by hand. */
class GradientScaleTest {
  // Parameters are read as floats of up to 1, twice.
  private static final double FLOATS = 2 * 6e-8;
  private static final int T = 5;
  private static final int B = 3;
  private static final int SEQUENCES = 4; // the second window has one lane

  private final ReferenceBackend backend = new ReferenceBackend();
  private final Network network = backend.createNetwork(NetworkConfig.of(6, 4, 7, 1));

  @AfterEach
  void close() {
    network.close();
    backend.close();
  }

  private static TokenSequence tokens() {
    int[] ids = new Random(2).ints(SEQUENCES * T + 1, 0, 6).toArray();
    return new TokenSequence() {
      @Override
      public long size() {
        return ids.length;
      }

      @Override
      public int get(long index) {
        return ids[Math.toIntExact(index)];
      }
    };
  }

  private static RunConfig config(Map<String, ?> more) {
    return RunConfig.defaults()
        .withValues(
            Map.of(
                "batch_size",
                (long) B,
                "seq_length",
                (long) T,
                "optimizer",
                "sgd",
                "clip_norm",
                0.0,
                "device",
                "reference"))
        .withValues(more);
  }

  @ParameterizedTest
  @CsvSource({"mean, 1, 15, 5", "per_lane, 1, 3, 3", "sum, 1, 1, 1", "sum, 0.03125, 32, 32"})
  void theDivisorIsThatOfTheConvention(
      String reduction, double rescale, double ofFull, double ofOneLane) {
    GradientScale scale =
        new GradientScale(config(Map.of("loss_reduction", reduction, "gradient_rescale", rescale)));
    assertThat(scale.of(15)).isCloseTo(1 / ofFull, within(1e-15));
    assertThat(scale.of(5)).isCloseTo(1 / ofOneLane, within(1e-15));
  }

  @Test
  void windowsOfAnUpdateAreAveraged() {
    GradientScale scale =
        new GradientScale(config(Map.of("loss_reduction", "sum", "gradient_accumulation", 4L)));
    assertThat(scale.of(15)).isEqualTo(0.25);
  }

  /** Step by step with plain SGD of rate 1: w - clip(rescale * sum of gradients). */
  @ParameterizedTest
  @CsvSource({
    "mean, 1, 0",
    "per_lane, 1, 0",
    "sum, 0.5, 0",
    "sum, 0.5, 0.07",
    "sum, 0.03125, 0.004"
  })
  void anUpdateIsTheClippedRescaledGradient(String reduction, double rescale, double clip) {
    RunConfig config =
        config(
            Map.of(
                "loss_reduction", reduction,
                "gradient_rescale", rescale,
                "clip_value", clip));
    SequenceBatches batches = new SequenceBatches(tokens(), B, T, config.seed());
    InitializerConfig start = new InitializerConfig(InitializerConfig.Kind.NORMAL, 0.5, 0);
    Initializer.initialize(network, start, 4);
    Map<String, float[]> expected = new LinkedHashMap<>();
    batches.startEpoch(0);
    boolean clipped = false;
    for (int window = 0; window < 2; window++) {
      double divisor =
          switch (reduction) {
            case "mean" -> window == 0 ? 15 : 5;
            case "per_lane" -> 3;
            default -> 1;
          };
      clipped |= byHand(batches, window, rescale / divisor, clip);
    }
    for (ParameterSpec spec : network.parameters().specs()) {
      expected.put(spec.name(), network.parameters().read(spec.name()));
    }
    assertThat(clipped).isEqualTo(clip > 0);

    Initializer.initialize(network, start, 4);
    try (StepRunner steps = new StepRunner(network, batches, config)) {
      TrainingState state = new TrainingState();
      steps.run(state, new double[] {1});
      steps.run(state, new double[] {1});
      assertThat(state.runningCount).isEqualTo(SEQUENCES * T);
    }
    expected.forEach(
        (name, values) -> {
          float[] found = network.parameters().read(name);
          for (int i = 0; i < values.length; i++) {
            assertThat((double) found[i]).as(name).isCloseTo(values[i], within(FLOATS));
          }
        });
  }

  /** Whether an element was clipped. */
  private boolean byHand(SequenceBatches batches, int window, double factor, double clip) {
    int[] inputs = new int[T * B];
    int[] targets = new int[T * B];
    batches.fill(window, MemorySegment.ofArray(inputs), MemorySegment.ofArray(targets));
    boolean clipped = false;
    try (WindowPlan plan = network.createTrainingPlan(T, B)) {
      plan.forwardBackward(
          MemorySegment.ofArray(inputs),
          MemorySegment.ofArray(targets),
          T,
          new TrainingPass(1, false, 1, 0));
    }
    for (ParameterSpec spec : network.parameters().specs()) {
      float[] weights = network.parameters().read(spec.name());
      float[] gradients = network.gradients().read(spec.name());
      for (int i = 0; i < weights.length; i++) {
        double gradient = factor * gradients[i];
        clipped |= clip > 0 && Math.abs(gradient) > clip;
        double step = clip > 0 ? Math.clamp(gradient, -clip, clip) : gradient;
        weights[i] = (float) (weights[i] - step);
      }
      network.parameters().write(spec.name(), weights);
    }
    return clipped;
  }
}
