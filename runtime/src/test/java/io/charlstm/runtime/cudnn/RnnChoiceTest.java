package io.charlstm.runtime.cudnn;

import static org.assertj.core.api.Assertions.assertThat;

import io.charlstm.bindings.cuda.CudaDevice;
import io.charlstm.bindings.cuda.RnnAlgorithm;
import io.charlstm.runtime.BackendOptions;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.WindowPlan;
import io.charlstm.runtime.ownership.Resources;
import io.charlstm.testing.cuda.CudaDouble;
import io.charlstm.testing.cuda.OnCudaDouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Which of cuDNN's algorithms is taken, and what is kept of a trial. */
@Tag(CudaDouble.TAG)
@ExtendWith(OnCudaDouble.class)
class RnnChoiceTest {
  private static final NetworkConfig SMALL = NetworkConfig.of(11, 5, 6, 2);

  /** CUDNN_STATUS_NOT_SUPPORTED. */
  private static final int NOT_SUPPORTED = 3000;

  @TempDir Path folder;

  @Test
  void candidatesDependOnTheShape() {
    try (CudnnBackend backend = backend("auto")) {
      CudaDevice device = backend.cudaDevice();
      WindowShape small = new WindowShape(SMALL, Precision.TF32, 7, 3, true);
      assertThat(RnnAlgorithms.candidates(small, device))
          .containsExactly(
              RnnAlgorithm.STANDARD,
              RnnAlgorithm.PERSIST_STATIC_SMALL_H,
              RnnAlgorithm.PERSIST_DYNAMIC);
      NetworkConfig wide = NetworkConfig.of(128, 512, 512, 3);
      WindowShape large = new WindowShape(wide, Precision.TF32, 129, 64, true);
      assertThat(RnnAlgorithms.candidates(large, device)).containsExactly(RnnAlgorithm.STANDARD);
      NetworkConfig single = NetworkConfig.of(128, 512, 512, 1);
      WindowShape half = new WindowShape(single, Precision.FP16, 129, 64, true);
      List<RnnAlgorithm> found = RnnAlgorithms.candidates(half, device);
      assertThat(found.contains(RnnAlgorithm.PERSIST_STATIC))
          .isEqualTo(device.multiprocessors() >= 98);
    }
  }

  @Test
  void aTrialIsMadeOnceAndRemembered() throws IOException {
    try (CudnnBackend backend = backend("auto");
        CudnnNetwork network = (CudnnNetwork) backend.createNetwork(SMALL)) {
      network.gradients().write("output.bias", new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11});
      RnnAlgorithm first = choose(backend, network);
      // The double's clock lets all of them take the same time, and the standard one comes first.
      CudaDouble.find().ifPresent(_ -> assertThat(first).isEqualTo(RnnAlgorithm.STANDARD));
      assertTrials(backwardPasses -> assertThat(backwardPasses).isPositive());
      assertThat(backend.description()).endsWith(", LSTM " + RnnAlgorithms.label(first));
      assertThat(network.gradients().read("lstm.weight_hh_l1")).containsOnly(0f);
      assertThat(choose(backend, network)).isEqualTo(first);
      assertTrials(backwardPasses -> assertThat(backwardPasses).isZero());
      List<Path> files;
      try (var listed = Files.list(folder)) {
        files = listed.toList();
      }
      assertThat(files).hasSize(1);
      assertThat(files.getFirst().getFileName().toString())
          .matches("[A-Za-z0-9_.-]+-cudnn\\d+-fp32-t7-b3-e5-h6-l2-fused-graph.txt");
      Files.writeString(files.getFirst(), "persist-dynamic\n");
      assertTaken("persist-dynamic", choose(backend, network), backend);
      Files.writeString(files.getFirst(), "damaged");
      assertThat(choose(backend, network)).isNotNull();
    }
  }

  /** Backward passes since the last time, where they are counted. */
  private static void assertTrials(LongConsumer assertion) {
    CudaDouble.find()
        .ifPresent(
            cuda -> {
              assertion.accept(cuda.calls("cudnnRNNBackwardWeights_v8"));
              cuda.clearCounts();
            });
  }

  /** The double has every algorithm for the small shape, a GPU may say why it has not. */
  private static void assertTaken(String asked, RnnAlgorithm taken, CudnnBackend backend) {
    boolean refused = backend.description().contains(", LSTM standard (" + asked + ": ");
    CudaDouble.find().ifPresent(_ -> assertThat(refused).as(backend.description()).isFalse());
    assertThat(RnnAlgorithms.label(taken)).isEqualTo(refused ? "standard" : asked);
  }

  private RnnAlgorithm choose(CudnnBackend backend, CudnnNetwork network) {
    return backend
        .thread()
        .call(
            () -> {
              try (Resources owner = new Resources()) {
                WindowShape shape = new WindowShape(SMALL, Precision.FP32, 7, 3, true);
                RnnChoice choice = new RnnChoice(network, network.stack(), folder);
                return choice.choose(shape, owner).algorithm();
              }
            });
  }

  @Test
  void theAlgorithmAskedForIsTaken() {
    for (String asked :
        List.of("standard", "persist-static", "persist-dynamic", "persist-static-small-h")) {
      try (CudnnBackend backend = backend(asked);
          CudnnNetwork network = (CudnnNetwork) backend.createNetwork(SMALL);
          WindowPlan plan = network.createTrainingPlan(7, 3)) {
        assertTaken(asked, ((CudnnPlan) plan).algorithm(), backend);
      }
    }
  }

  @Test
  void whatDoesNotWorkIsReplacedByTheStandardOneAndSaid() {
    CudaDouble cuda = CudaDouble.assumed();
    try (CudnnBackend backend = backend("persist-dynamic");
        CudnnNetwork network = (CudnnNetwork) backend.createNetwork(SMALL)) {
      cuda.failCall("cudnnBuildRNNDynamic", 1, NOT_SUPPORTED);
      try (WindowPlan plan = network.createTrainingPlan(7, 3)) {
        assertThat(((CudnnPlan) plan).algorithm()).isEqualTo(RnnAlgorithm.STANDARD);
        assertThat(backend.description())
            .contains(", LSTM standard (persist-dynamic: cuDNN: cudnnBuildRNNDynamic failed");
      }
    }
  }

  @Test
  void aShapeThatAnAlgorithmHasNotIsComputedByTheStandardOne() {
    // How large a layer cuDNN's algorithm for small ones takes is known of the double only.
    CudaDouble.assumed();
    try (CudnnBackend backend = backend("persist-static-small-h");
        CudnnNetwork network =
            (CudnnNetwork) backend.createNetwork(NetworkConfig.of(5, 3, 129, 1));
        WindowPlan plan = network.createTrainingPlan(7, 3)) {
      assertThat(((CudnnPlan) plan).algorithm()).isEqualTo(RnnAlgorithm.STANDARD);
      assertThat(backend.description())
          .contains(", LSTM standard (persist-static-small-h: cuDNN: ")
          .contains(Integer.toString(NOT_SUPPORTED));
    }
  }

  private static CudnnBackend backend(String algorithm) {
    return new CudnnBackend(0, new BackendOptions("cuda", 0, "fp32", algorithm, true));
  }
}
