package io.charlstm.runtime.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.charlstm.runtime.NetworkConfig;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the model chooses, and one estimate by hand. */
class SplitModelTest {
  private static final int[] CORES = {1, 2, 4, 8, 16, 32, 64};

  /** A network, T and B. */
  private record Shape(NetworkConfig config, int steps, int batch) {
    SplitModel model(boolean training, Storage storage) {
      return new SplitModel(config, steps, batch, training, storage, false);
    }
  }

  private static final Shape SMALL = new Shape(NetworkConfig.of(65, 64, 96, 3), 100, 32);
  private static final Shape LARGE = new Shape(NetworkConfig.of(84, 256, 512, 3), 129, 32);
  private static final Shape ONE_HOT = new Shape(NetworkConfig.of(65, 0, 128, 2), 50, 50);
  private static final Shape MANY_LANES = new Shape(NetworkConfig.of(83, 256, 256, 2), 100, 100);

  /** Those of the presets that are compared with other libraries. */
  private static final List<Shape> SHAPES = List.of(SMALL, LARGE, ONE_HOT, MANY_LANES);

  @ParameterizedTest
  @EnumSource(Storage.class)
  void enoughLanesForAllThreadsAreSplitAlone(Storage storage) {
    for (Shape shape : SHAPES) {
      SplitModel model = shape.model(true, storage);
      assertThat(model.choose(1)).isEqualTo(new PlanSplit(1, 1));
      assertThat(model.choose(2)).isEqualTo(new PlanSplit(2, 1));
      assertThat(model.choose(4)).isEqualTo(new PlanSplit(4, 1));
    }
  }

  /** Measured as the faster one, whatever the model says of so few rows. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 5, 32})
  void twoThreadsSplitTheBatchIfTheyCan(int batch) {
    for (Shape shape : SHAPES) {
      Shape other = new Shape(shape.config, shape.steps, batch);
      for (boolean training : new boolean[] {false, true}) {
        SplitModel model = other.model(training, Storage.FP32);
        assertThat(model.choose(2)).isEqualTo(new PlanSplit(2, 1));
        assertThat(model.choose(1)).isEqualTo(new PlanSplit(1, 1));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Storage.class)
  void aChoiceFitsAndIsNoWorseThanTheBatchSplit(Storage storage) {
    for (Shape shape : SHAPES) {
      for (int cores : CORES) {
        SplitModel model = shape.model(true, storage);
        PlanSplit split = model.choose(cores);
        assertThat(split.threads()).isLessThanOrEqualTo(cores);
        assertThat(split.within(shape.batch, shape.config.hiddenSize())).isEqualTo(split);
        assertThat(model.windowNanos(split, cores))
            .isLessThanOrEqualTo(model.windowNanos(model.batchSplit(cores), cores));
        assertThat(model.choose(cores)).isEqualTo(split);
      }
    }
  }

  @Test
  void largeLayersOfFewLanesAreSplitBeforeSmallOnesOfMany() {
    assertThat(LARGE.model(true, Storage.FP32).choose(16).slices()).isGreaterThan(1);
    assertThat(MANY_LANES.model(true, Storage.FP32).choose(16).slices()).isEqualTo(1);
    for (Shape shape : SHAPES) {
      PlanSplit split = shape.model(true, Storage.FP32).choose(64);
      assertThat(split.slices()).as("%s", shape).isGreaterThan(1);
      assertThat(split.threads()).as("%s", shape).isGreaterThanOrEqualTo(32);
    }
  }

  @Test
  void aSingleLaneIsSplitWhereItsLayersAreWide() {
    Shape wide = new Shape(LARGE.config, 129, 1);
    assertThat(wide.model(false, Storage.FP32).choose(2)).isEqualTo(new PlanSplit(1, 2));
    Shape narrow = new Shape(NetworkConfig.of(65, 8, 16, 2), 129, 1);
    assertThat(narrow.model(false, Storage.FP32).choose(4)).isEqualTo(new PlanSplit(1, 1));
  }

  /** One layer with a table, H = 512, 8 lanes of 10 steps on 4 x 2 threads, trained. */
  @Test
  void anEstimateByHand() {
    double rows = 2;
    double readForward = 512 * 1024 * 4.0 / 98;
    double readBackward = 2048 * 256 * 4.0 / 98;
    double computing = 2 * rows * 512 * 1024 / 215;
    assertThat(readForward).as("2 rows wait for weights").isGreaterThan(computing);
    double cells = rows * 16 * (30 + 8);
    double step = 1.25 * (700 + readForward + 700 + readBackward + cells) + 2 * 44 * 2;
    double head = 2 * 5 * rows * 512 * 19 * 2 / 215 + 2 * 80.0 * 19 * 64 / 215;
    double gradients = 2 * 80.0 * 512 * 256 / 215;
    SplitModel model =
        new SplitModel(NetworkConfig.of(19, 24, 512, 1), 10, 8, true, Storage.FP32, false);
    assertThat(model.windowNanos(new PlanSplit(4, 2), 8))
        .isCloseTo(10 * step + head + gradients, within(1.0));
  }
}
