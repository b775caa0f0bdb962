package io.charlstm.runtime.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.charlstm.runtime.SamplingConfig;
import io.charlstm.runtime.ShadowConfig;
import io.charlstm.runtime.StepDecoder;
import io.charlstm.runtime.TrainingPass;
import io.charlstm.runtime.Updater;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Nothing is allocated inside a training step or while tokens are generated. Runs in a virtual
 * machine of its own: whether vectors stay in registers depends on what else was compiled.
 */
@Tag("fresh-jvm")
public abstract class AllocationContractTest extends ContractSupport {

  @ParameterizedTest
  @MethodSource("io.charlstm.runtime.contract.UpdaterContractTest#runs")
  void aTrainingStepAllocatesNextToNothing(UpdaterContractTest.Run run) {
    // One activation of this window, (T,B,H) in fp32, is 20 KiB.
    Problem problem =
        Problem.of(20, 8, 24, 33, 2, 65, 407).withDropout(0.2, 0, 0.1).withWeightDropout(0.3);
    try (Session session = session(problem, 2);
        Updater updater =
            session.network.createUpdater(run.optimizer(), new ShadowConfig.Average(0.9))) {
      MemorySegment inputs = Tokens.of(problem.inputs(0));
      MemorySegment targets = Tokens.of(problem.targets(0));
      Runnable step =
          () -> {
            session.plan.forwardBackward(
                inputs, targets, problem.steps(), new TrainingPass(0.01, false, 1, 1));
            updater.update(run.learningRate(), run.clipNorm(), run.clipValue());
          };
      assertThat(Allocations.perRun(step))
          .as("bytes a step of %s", run)
          .isLessThan(Allocations.NEXT_TO_NOTHING);
    }
  }

  @ParameterizedTest
  @MethodSource("io.charlstm.runtime.contract.DecoderContractTest#samplings")
  void generationAllocatesNextToNothing(SamplingConfig sampling) {
    Problem problem = Problem.of(6, 5, 20, 33, 2, 300, 511);
    int[] tokens = new int[30];
    try (Session session = session(problem, 2);
        StepDecoder decoder = session.network.createDecoder(3)) {
      DecoderContractTest.resetAll(decoder);
      decoder.feed(new int[] {0, 1, 2});
      // One vector of logits is 1200 bytes, and each run draws thirty tokens.
      assertThat(Allocations.perRun(() -> decoder.generate(10, sampling, tokens)))
          .as("bytes for ten tokens of three streams, %s", sampling)
          .isLessThan(Allocations.NEXT_TO_NOTHING);
    }
  }
}
