package io.charlstm.runtime.cudnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.charlstm.bindings.cuda.CudaDevice;
import io.charlstm.bindings.memory.LiveHandles;
import io.charlstm.runtime.Backend;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.OptimizerConfig;
import io.charlstm.runtime.TrainingPass;
import io.charlstm.runtime.Updater;
import io.charlstm.runtime.WindowPlan;
import io.charlstm.runtime.contract.Tokens;
import io.charlstm.testing.cuda.CudaDouble;
import io.charlstm.testing.cuda.OnCudaDouble;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What plans refuse, and that nothing is left behind. */
@Tag(CudaDouble.TAG)
@ExtendWith(OnCudaDouble.class)
class CudnnPlanTest {

  @Test
  void absurdSizesAreRefusedBeforeAnythingIsAllocated() {
    long before = LiveHandles.count();
    CudaDouble.find().ifPresent(cuda -> cuda.setDeviceMemory(1L << 30));
    try (Backend backend = CudnnUnderTest.create("fp32");
        Network network = backend.createNetwork(NetworkConfig.of(100, 8, 16, 1))) {
      CudaDouble.find().ifPresent(CudaDouble::clearCounts);
      assertThatThrownBy(() -> network.createTrainingPlan(60_000, 30_000))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageMatching(
              "a plan for 60000 steps of 30000 lanes needs \\d+ bytes \\(\\d+\\.\\d GiB\\) of GPU"
                  + " memory, .+ has \\d+ \\(\\d+\\.\\d GiB\\) free of \\d+\\.\\d GiB");
      CudaDouble.find().ifPresent(cuda -> assertThat(cuda.calls("cudaMalloc")).isZero());
      assertThatThrownBy(() -> network.createTrainingPlan(65_536, 1))
          .hasMessage("sequence length must be at most 65535 on a GPU: 65536");
      assertThatThrownBy(() -> network.createTrainingPlan(60_000, 60_000))
          .hasMessage("a window must have less than 2^31 tokens on a GPU: 3600000000");
      assertThatThrownBy(() -> network.createTrainingPlan(0, 1))
          .hasMessage("sequence length must be at least 1: 0");
      assertThatThrownBy(() -> backend.createNetwork(NetworkConfig.of(2, 2, 23_000, 2000)))
          .isInstanceOf(RuntimeException.class);
    }
    assertThat(LiveHandles.count()).as(LiveHandles.describe()).isEqualTo(before);
  }

  @Test
  void tokensOutsideOfTheVocabularyAreRefused() {
    try (Backend backend = CudnnUnderTest.create("fp32");
        Network network = backend.createNetwork(NetworkConfig.of(7, 3, 4, 1));
        WindowPlan plan = network.createTrainingPlan(2, 3)) {
      int[] good = {0, 1, 2, 3, 4, 5};
      int[] large = {0, 1, 2, 3, 7, 5};
      int[] negative = {0, 1, 2, 3, -2, 5};
      assertRefused(plan, large, good, "input token 7 at step 1, lane 1");
      assertRefused(plan, good, large, "target token 7 at step 1, lane 1");
      assertRefused(plan, good, negative, "target token -2 at step 1, lane 1");
      assertRefused(plan, new int[] {1}, good, "inputs has 4 bytes, the window needs 24");
    }
  }

  private static void assertRefused(WindowPlan plan, int[] inputs, int[] targets, String message) {
    assertThatThrownBy(() -> plan.forward(Tokens.of(inputs), Tokens.of(targets), 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  /**
   * They do without what the backward pass needs: what cuDNN keeps, which is the gates at least,
   * and gradients of x, h and the logits. Its workspace, which both have, may be larger than all
   * the rest: an H100 asks for 16 MiB whatever the shape.
   */
  @Test
  void evaluationPlansNeedLessMemoryAndDoNotTrain() {
    NetworkConfig config = NetworkConfig.of(7, 30, 40, 2);
    long kept = 280L * 2 * 4 * 40;
    long gradients = 280L * (30 + 40 + 7);
    try (Backend backend = CudnnUnderTest.create("fp32");
        Network network = backend.createNetwork(config);
        WindowPlan training = network.createTrainingPlan(20, 14);
        WindowPlan evaluation = network.createEvaluationPlan(20, 14)) {
      assertThat(evaluation.memoryBytes())
          .isLessThan(training.memoryBytes() - Float.BYTES * (kept + gradients));
      int[] tokens = new int[280];
      assertThatThrownBy(
              () ->
                  evaluation.forwardBackward(
                      Tokens.of(tokens), Tokens.of(tokens), 20, new TrainingPass(1, false, 0, 0)))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> evaluation.readLogits(new float[280 * 7]))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void whatIsClosedRefusesWorkAndLeavesNothingOpen() {
    long before = LiveHandles.count();
    int[] tokens = {0, 1};
    Backend backend = CudnnUnderTest.create("fp16");
    long bytesBefore = liveBytes();
    Network network = backend.createNetwork(NetworkConfig.of(7, 3, 13, 2));
    WindowPlan plan = network.createTrainingPlan(1, 2);
    Updater updater = network.createUpdater(new OptimizerConfig.Adam(0.9, 0.999, 1e-8, 0));
    plan.forwardBackward(Tokens.of(tokens), Tokens.of(tokens), 1, new TrainingPass(1, false, 0, 0));
    updater.update(0.1, 1, 0);
    CudaDouble.find().ifPresent(_ -> assertThat(liveBytes()).isGreaterThan(bytesBefore));
    updater.close();
    plan.close();
    plan.close();
    assertThatThrownBy(() -> updater.update(0.1, 1, 0)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> plan.forward(Tokens.of(tokens), Tokens.of(tokens), 1))
        .isInstanceOf(IllegalStateException.class);
    network.close();
    network.close();
    assertThat(liveBytes()).isEqualTo(bytesBefore);
    assertThatThrownBy(() -> network.parameters().read("output.bias"))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> network.createEvaluationPlan(1, 1))
        .isInstanceOf(IllegalStateException.class);
    backend.close();
    backend.close();
    assertThatThrownBy(() -> backend.createNetwork(NetworkConfig.of(7, 3, 13, 2)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("this backend is closed");
    assertThat(LiveHandles.count()).as(LiveHandles.describe()).isEqualTo(before);
  }

  /** Bytes of device memory in use, as a double counts them. */
  private static long liveBytes() {
    return CudaDouble.find().map(CudaDouble::liveBytes).orElse(0L);
  }

  @Test
  void twoUpdatersOfANetworkCountForThemselves() {
    int[] tokens = {0, 1, 2, 3};
    try (Backend backend = CudnnUnderTest.create("fp32");
        Network network = backend.createNetwork(NetworkConfig.of(7, 3, 5, 1));
        WindowPlan plan = network.createTrainingPlan(2, 2);
        Updater first = network.createUpdater(new OptimizerConfig.Adam(0.9, 0.999, 1e-8, 0));
        Updater second = network.createUpdater(new OptimizerConfig.Sgd(0, false, 0))) {
      plan.forwardBackward(
          Tokens.of(tokens), Tokens.of(tokens), 2, new TrainingPass(1, false, 0, 0));
      second.setStep(40);
      first.update(0.1, 0, 0);
      first.update(0.1, 0, 0);
      second.update(0.1, 0, 0);
      assertThat(first.step()).isEqualTo(2);
      assertThat(second.step()).isEqualTo(41);
      assertThat(first.readGradientNorm()).isEqualTo(second.readGradientNorm());
      first.update(0.1, 0, 0);
      assertThat(first.step()).isEqualTo(3);
      assertThat(second.step()).isEqualTo(41);
    }
  }

  @Test
  void callsComeFromAnyThreads() {
    try (Backend backend = CudnnUnderTest.create("fp32");
        Network network = backend.createNetwork(NetworkConfig.of(7, 3, 5, 1))) {
      long sum =
          IntStream.range(0, 60)
              .parallel()
              .mapToLong(
                  i -> {
                    float[] bias = new float[7];
                    bias[i % 7] = 1;
                    network.parameters().write("output.bias", bias);
                    return network.parameters().read("output.bias").length;
                  })
              .sum();
      assertThat(sum).isEqualTo(60 * 7);
    }
  }

  @Test
  void theBackendSaysWhatItIs() {
    boolean tensorCores = CudaDevice.of(0).computeCapability() >= 80;
    String best = tensorCores ? "tf32" : "fp32";
    try (Backend backend = CudnnUnderTest.create(best)) {
      assertThat(backend.name()).isEqualTo("cudnn");
      assertThat(backend.device()).isEqualTo("cuda:0");
      assertThat(backend.precision()).isEqualTo(best);
      assertThat(backend.description())
          .matches(
              ".+, compute capability \\d+\\.\\d, CUDA \\d+\\.\\d+, cuDNN 9\\.[0-9.]+, " + best);
    }
    try (Backend backend = CudnnUnderTest.create("auto")) {
      assertThat(backend.precision()).isEqualTo(best);
    }
  }

  @Test
  void anOlderGpuComputesInFp32() {
    CudaDouble.assumed().setComputeCapability(75);
    try (Backend backend = CudnnUnderTest.create("auto")) {
      assertThat(backend.precision()).isEqualTo("fp32");
      assertThat(backend.description()).contains(", compute capability 7.5, ");
    }
    assertThatThrownBy(() -> CudnnUnderTest.create("tf32"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("precision tf32 needs a GPU of compute capability 8.0")
        .hasMessageContaining("has 7.5");
  }
}
