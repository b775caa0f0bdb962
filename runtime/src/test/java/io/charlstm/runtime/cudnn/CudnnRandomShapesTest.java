package io.charlstm.runtime.cudnn;

import static org.assertj.core.api.Assertions.assertThat;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.Backends;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.SamplingConfig;
import io.charlstm.runtime.StepDecoder;
import io.charlstm.runtime.TrainingPass;
import io.charlstm.runtime.contract.Errors;
import io.charlstm.runtime.contract.Problem;
import io.charlstm.runtime.contract.Session;
import io.charlstm.runtime.contract.Tolerances;
import io.charlstm.runtime.contract.Window;
import io.charlstm.runtime.reference.ReferenceBackend;
import io.charlstm.testing.cuda.CudaDouble;
import io.charlstm.testing.cuda.OnCudaDouble;
import java.util.Map;
import java.util.SplittableRandom;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a GPU that was never tried is asked first; on the double in every build. */
@Tag(CudaDouble.TAG)
@ExtendWith(OnCudaDouble.class)
final class CudnnRandomShapesTest {
  /** Sizes of the problems; a check of a GPU asks for sixteen times as large ones. */
  private static final int SCALE = Integer.getInteger("charlstm.check.scale", 1);

  private static Problem random(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Problem plain =
        Problem.of(
            random.nextInt(2, 6),
            random.nextInt(1, 8) * SCALE,
            random.nextInt(0, 9) * SCALE,
            random.nextInt(1, 9) * SCALE,
            random.nextInt(1, 4),
            random.nextInt(2, 30),
            seed);
    return seed % 2 == 0 ? plain : plain.withDropout(0.3, 0.2, 0.1);
  }

  private static Window train(Backend backend, Problem problem) {
    try (Session session = new Session(backend, problem)) {
      // The second window starts from the state that the first one left.
      session.train(problem, 0, new TrainingPass(0.5, false, 3, 8));
      session.train(problem, 1, new TrainingPass(0.5, true, 3, 9));
      return session.read(problem);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {21, 22, 23, 24, 25, 26})
  void trainingAgreesWithTheReferenceOnRandomShapes(long seed) {
    Problem problem = random(seed);
    Window expected = train(new ReferenceBackend(), problem);
    Window actual = train(CudnnUnderTest.create("fp32"), problem);
    assertThat(actual.loss().nats())
        .isCloseTo(expected.loss().nats(), Percentage.withPercentage(0.01));
    assertNear(actual.results(), expected.results());
    assertNear(actual.gradients(), expected.gradients());
  }

  private static void assertNear(Map<String, float[]> actual, Map<String, float[]> expected) {
    expected.forEach(
        (name, values) ->
            assertThat(Errors.relative(actual.get(name), values))
                .as(name)
                .isLessThan(Tolerances.FP32));
  }

  @Test
  void twoRunsGiveTheSameBits() {
    Problem problem = random(27);
    Window first = train(CudnnUnderTest.create("fp32"), problem);
    Window again = train(CudnnUnderTest.create("fp32"), problem);
    assertThat(again.loss()).isEqualTo(first.loss());
    first
        .gradients()
        .forEach((name, values) -> assertThat(again.gradients().get(name)).isEqualTo(values));
    first
        .results()
        .forEach((name, values) -> assertThat(again.results().get(name)).isEqualTo(values));
  }

  @Test
  void aModelGoesToTheCpuAndBackUnchanged() {
    Problem problem = random(28);
    try (Backend gpu = CudnnUnderTest.create("fp32");
        Backend cpu = Backends.create("cpu", 1);
        Network onGpu = gpu.createNetwork(problem.config());
        Network onCpu = cpu.createNetwork(problem.config());
        Network back = gpu.createNetwork(problem.config())) {
      problem.fill(onGpu);
      copy(problem, onGpu, onCpu);
      copy(problem, onCpu, back);
      for (var parameter : problem.parameters().entrySet()) {
        assertThat(back.parameters().read(parameter.getKey()))
            .as(parameter.getKey())
            .isEqualTo(parameter.getValue());
      }
      assertThat(written(back, 5)).isEqualTo(written(onGpu, 5));
    }
  }

  private static void copy(Problem problem, Network from, Network to) {
    problem
        .parameters()
        .keySet()
        .forEach(name -> to.parameters().write(name, from.parameters().read(name)));
  }

  private static int[] written(Network network, long seed) {
    int[] tokens = new int[6 * 3];
    try (StepDecoder decoder = network.createDecoder(3)) {
      for (int stream = 0; stream < 3; stream++) {
        decoder.reset(stream, seed + stream);
      }
      decoder.feed(new int[3]);
      decoder.generate(6, SamplingConfig.DEFAULT, tokens);
    }
    return tokens;
  }
}
