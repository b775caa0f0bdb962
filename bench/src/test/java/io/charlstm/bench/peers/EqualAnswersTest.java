package io.charlstm.bench.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.charlstm.bindings.onednn.OneDnn;
import io.charlstm.runtime.Backend;
import io.charlstm.runtime.Backends;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is compared for speed is equal work: at the very shapes that are timed. */
class EqualAnswersTest {
  static List<String> presets() {
    return PeerShape.PRESETS;
  }

  @BeforeAll
  static void libtorch() {
    TorchLibrary.assumeThere();
  }

  @ParameterizedTest
  @MethodSource("presets")
  void libtorchComputesWhatWeCompute(String preset) {
    PeerShape shape = PeerShape.ofPreset(preset);
    try (Backend backend = Backends.create("cpu", 2)) {
      List<float[]> weights = Answer.weights(backend, shape);
      Answer ours = Answer.ofCharlstm(backend, shape);
      Answer theirs = Answer.ofTorch(shape, weights, false);
      // The bound's reason stands with it; a wrong weight, token or gate gives some 0.1.
      assertThat(ours.logitError(theirs)).isLessThan(EqualAnswers.FP32_BOUND);
      assertThat(ours.loss()).isCloseTo(theirs.loss(), within(EqualAnswers.FP32_BOUND));
      assertThat(ours.gradientNorm() / theirs.gradientNorm())
          .isCloseTo(1, within(EqualAnswers.FP32_BOUND));
    }
  }

  @ParameterizedTest
  @MethodSource("presets")
  void libtorchInBf16ComputesNearlyWhatWeCompute(String preset) {
    assumeTrue(OneDnn.get().multipliesBf16(), "oneDNN has no LSTM in bf16 for this CPU");
    PeerShape shape = PeerShape.ofPreset(preset);
    try (Backend backend = Backends.create("cpu", 2)) {
      List<float[]> weights = Answer.weights(backend, shape);
      Answer ours = Answer.ofCharlstm(backend, shape);
      Answer inBf16 = Answer.ofTorch(shape, weights, true);
      assertThat(ours.logitError(inBf16)).isLessThan(EqualAnswers.BF16_BOUND);
      // Autocast that does nothing would be as close as float32 is.
      Answer theirs = Answer.ofTorch(shape, weights, false);
      assertThat(inBf16.logitError(theirs)).isGreaterThan(EqualAnswers.FP32_BOUND);
    }
  }

  @Test
  void everyEngineCountsTheSameCharacters() {
    PeerShape shape = new PeerShape(24, 2, 0, 7, 5, 11);
    int[] numbers = PeerLoop.numbers(shape.text());
    assertThat(new TorchPeer(true, 1, false).load(numbers).getAsLong()).isEqualTo(35);
    if (OneDnn.get().multipliesBf16()) {
      assertThat(new TorchPeer(true, 1, true).load(numbers).getAsLong()).isEqualTo(35);
    }
    assertThat(new TorchPeer(false, 3, false).load(numbers).getAsLong()).isEqualTo(3);
    try (Backend backend = Backends.create("cpu", 2)) {
      CharlstmPeer training = new CharlstmPeer(backend, true, 1);
      assertThat(training.load(numbers).getAsLong()).isEqualTo(35);
      training.unload();
      CharlstmPeer sampling = new CharlstmPeer(backend, false, 3);
      // A call of the sampler draws 64 characters of each stream.
      assertThat(sampling.load(numbers).getAsLong()).isEqualTo(64 * 3);
      sampling.unload();
    }
  }
}
