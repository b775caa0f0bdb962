package io.charlstm.runtime.cudnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.charlstm.runtime.Network;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.OptimizerConfig;
import io.charlstm.runtime.ParameterBlock;
import io.charlstm.runtime.ParameterSpec;
import io.charlstm.runtime.Updater;
import io.charlstm.runtime.reference.ReferenceBackend;
import io.charlstm.testing.cuda.CudaDouble;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Clipping and update rules on a flat block against the reference backend's updater. */
@Tag(CudaDouble.TAG)
class UpdateKernelTest {
  private static final NetworkConfig CONFIG = NetworkConfig.of(5, 3, 2, 1);
  private static final int COUNT = (int) CONFIG.parameterCount();
  private static final float LOSS_SCALE = 4;
  private static final int STEPS = 4;

  private final Random random = new Random(17);

  static Stream<OptimizerConfig> rules() {
    return Stream.of(
        new OptimizerConfig.Adam(0.9, 0.999, 1e-8, 0),
        new OptimizerConfig.Adam(0.8, 0.95, 1e-6, 0.02),
        new OptimizerConfig.AdamW(0.9, 0.99, 1e-8, 0.1),
        new OptimizerConfig.Sgd(0, false, 0.01),
        new OptimizerConfig.Sgd(0.9, false, 0),
        new OptimizerConfig.Sgd(0.9, true, 0.01),
        new OptimizerConfig.RmsProp(0.99, 1e-8, 0, 0.01),
        new OptimizerConfig.RmsProp(0.9, 1e-6, 0.5, 0),
        new OptimizerConfig.Adadelta(0.9, 1e-6, 0.01));
  }

  @ParameterizedTest
  @MethodSource("rules")
  void updatesAreTheReferences(OptimizerConfig rule) {
    try (KernelRig rig = new KernelRig();
        ReferenceBackend backend = new ReferenceBackend();
        Network network = backend.createNetwork(CONFIG);
        Updater updater = network.createUpdater(rule)) {
      float[] start = values();
      write(network.parameters(), start);
      DeviceUpdate device = new DeviceUpdate(rig, rule, start, Precision.BF16);
      // Both clips at work, neither, and one of them.
      double[][] clips = {{0.5, 0.3}, {0, 0}, {100, 0.2}, {0.1, 0}};
      for (int step = 0; step < STEPS; step++) {
        float[] gradients = values();
        write(network.gradients(), gradients);
        double rate = 0.1 / (step + 1);
        updater.update(rate, clips[step][0], clips[step][1]);
        device.update(gradients, rate, clips[step][0], clips[step][1]);
        assertThat(device.state().norm())
            .isCloseTo(updater.readGradientNorm(), within(1e-6)); // the bound is rounded to float
        assertThat(device.state().updates()).isEqualTo(updater.step());
      }
      float[] expected = read(network.parameters());
      float[] found = device.parameters.floats();
      float[] copy = device.copy.typed(Precision.BF16);
      for (int i = 0; i < COUNT; i++) {
        // Some ten float operations on numbers around 1, four times.
        assertThat(found[i]).isCloseTo(expected[i], within(2e-5f));
        assertThat(copy[i]).isEqualTo(Rounding.round(Precision.BF16, found[i]));
      }
      for (int m = 0; m < updater.momentNames().size(); m++) {
        float[] moment = read(updater.moment(updater.momentNames().get(m)));
        for (int i = 0; i < COUNT; i++) {
          assertThat(device.moments[m].floats()[i]).isCloseTo(moment[i], within(2e-5f));
        }
      }
    }
  }

  @Test
  void gradientsThatAreNotFiniteChangeNothing() {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
      try (KernelRig rig = new KernelRig()) {
        float[] start = values();
        DeviceUpdate device =
            new DeviceUpdate(
                rig, new OptimizerConfig.Adam(0.9, 0.99, 1e-8, 0), start, Precision.FP16);
        float[] copy = device.copy.typed(Precision.FP16);
        float[] gradients = values();
        gradients[COUNT - 1] = bad;
        device.update(gradients, 0.1, 1, 0);
        assertThat(device.parameters.floats()).containsExactly(start);
        assertThat(device.copy.typed(Precision.FP16)).containsExactly(copy);
        assertThat(device.moments[0].floats()).containsOnly(0);
        assertThat(device.state().updates()).isZero();
        assertThat(device.state().applied()).isFalse();
        assertThat(Double.isFinite(device.state().norm())).isFalse();
      }
    }
  }

  @Test
  void theBoundOnElementsDoesNotHideANumberThatIsNone() {
    try (KernelRig rig = new KernelRig()) {
      float[] start = values();
      DeviceUpdate device =
          new DeviceUpdate(rig, new OptimizerConfig.Sgd(0, false, 0), start, Precision.FP32);
      float[] gradients = values();
      gradients[0] = Float.NaN;
      device.update(gradients, 0.1, 0, 0.5);
      assertThat(device.state().norm()).isNaN();
      assertThat(device.parameters.floats()).containsExactly(start);
      // What is infinite only by its size is bounded, as everywhere.
      gradients[0] = Float.POSITIVE_INFINITY;
      device.update(gradients, 0.1, 0, 0.5);
      assertThat(device.parameters.floats()[0]).isCloseTo(start[0] - 0.05f, within(1e-6f));
    }
  }

  @Test
  void theNormIsTheSameInAnyOrderOfBlocksAndThreads() {
    float[] gradients = new float[3001];
    double sum = 0;
    for (int i = 0; i < gradients.length; i++) {
      gradients[i] = (float) (1e3 * random.nextGaussian());
      sum += (double) gradients[i] * gradients[i];
    }
    for (int block : new int[] {32, 96, 1024}) {
      double first = Double.NaN;
      for (long order : KernelRig.ORDERS) {
        try (KernelRig rig = new KernelRig()) {
          rig.setSeed(order);
          DeviceArray state = rig.state(1, 0);
          DeviceArray partials = rig.bytes(8 * 5);
          norm(rig, state, rig.floats(gradients), partials, gradients.length, 5, block);
          double found = new StepState(state.read()).norm();
          // Double precision, only the order differs.
          assertThat(found).isCloseTo(Math.sqrt(sum), within(1e-9 * Math.sqrt(sum)));
          assertThat(order == KernelRig.ORDERS[0] ? found : first).isEqualTo(found);
          first = found;
        }
      }
    }
  }

  private static void norm(
      KernelRig rig,
      DeviceArray state,
      DeviceArray gradients,
      DeviceArray partials,
      int count,
      int grid,
      int block) {
    rig.run(
        "norm_partials",
        grid,
        block,
        state.address(),
        gradients.address(),
        partials.address(),
        (long) count);
    rig.run(
        "update_decide",
        1,
        block,
        state.address(),
        partials.address(),
        grid,
        0L,
        1,
        0.0,
        0.0,
        0.0,
        0);
  }

  /** A rule's blocks on the device; gradients there have a loss scale. */
  private static final class DeviceUpdate {
    private final KernelRig rig;
    private final OptimizerKernels rule;
    private final DeviceArray state;
    private final DeviceArray partials;
    private final int copyKind;
    final DeviceArray parameters;
    final DeviceArray copy;
    final DeviceArray[] moments;

    DeviceUpdate(KernelRig rig, OptimizerConfig config, float[] start, Precision precision) {
      this.rig = rig;
      rule = OptimizerKernels.of(config);
      state = rig.state(LOSS_SCALE, 0);
      partials = rig.bytes(8 * 3);
      parameters = rig.floats(start);
      copy = rig.typed(precision, start);
      copyKind = precision.isHalf() ? (precision == Precision.FP16 ? 1 : 2) : 0;
      moments = new DeviceArray[rule.momentNames().size()];
      for (int m = 0; m < moments.length; m++) {
        moments[m] = rig.floats(new float[COUNT]);
      }
    }

    StepState state() {
      return new StepState(state.read());
    }

    private long moment(int index) {
      return index < moments.length ? moments[index].address() : 0L;
    }

    void update(float[] gradients, double rate, double clipNorm, double clipValue) {
      float[] scaled = gradients.clone();
      for (int i = 0; i < scaled.length; i++) {
        scaled[i] *= LOSS_SCALE;
      }
      DeviceArray held = rig.floats(scaled);
      rig.run("set_update", 1, 32, state.address(), rate, clipNorm, clipValue);
      rig.run(
          "norm_partials",
          3,
          32,
          state.address(),
          held.address(),
          partials.address(),
          (long) COUNT);
      rig.run(
          "update_decide",
          1,
          64,
          state.address(),
          partials.address(),
          3,
          0L,
          1,
          rule.correctedFirst(),
          rule.correctedSecond(),
          rule.decoupledDecay(),
          0);
      rig.run(
          rule.kernel().substring("charlstm_".length()),
          2,
          32,
          state.address(),
          parameters.address(),
          held.address(),
          moment(0),
          moment(1),
          copyKind == 0 ? 0L : copy.address(),
          copyKind,
          (long) COUNT,
          (float) rule.firstDecay(),
          (float) (1 - rule.firstDecay()),
          (float) rule.secondDecay(),
          (float) (1 - rule.secondDecay()),
          (float) rule.epsilon(),
          (float) rule.weightDecay(),
          rule.nesterov() ? 1 : 0);
    }
  }

  private float[] values() {
    float[] values = new float[COUNT];
    for (int i = 0; i < COUNT; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static void write(ParameterBlock block, float[] values) {
    int from = 0;
    for (ParameterSpec spec : block.specs()) {
      float[] part = new float[spec.size()];
      System.arraycopy(values, from, part, 0, part.length);
      block.write(spec.name(), part);
      from += part.length;
    }
  }

  private static float[] read(ParameterBlock block) {
    float[] values = new float[COUNT];
    int from = 0;
    for (ParameterSpec spec : block.specs()) {
      float[] part = block.read(spec.name());
      System.arraycopy(part, 0, values, from, part.length);
      from += part.length;
    }
    return values;
  }
}
