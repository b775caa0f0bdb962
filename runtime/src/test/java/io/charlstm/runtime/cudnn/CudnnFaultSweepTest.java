package io.charlstm.runtime.cudnn;

import static org.assertj.core.api.Assertions.assertThat;

import io.charlstm.bindings.memory.LiveHandles;
import io.charlstm.runtime.Backend;
import io.charlstm.runtime.BackendOptions;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.OptimizerConfig;
import io.charlstm.runtime.TrainingPass;
import io.charlstm.runtime.Updater;
import io.charlstm.runtime.WindowPlan;
import io.charlstm.runtime.contract.Problem;
import io.charlstm.runtime.contract.Tokens;
import io.charlstm.testing.cuda.CudaDouble;
import io.charlstm.testing.cuda.FaultSweep;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every call of the CUDA libraries fails once while a network is trained. */
@Tag(CudaDouble.TAG)
class CudnnFaultSweepTest {
  /** Two layers that work side by side on two pieces of the window. */
  private static final Problem PROBLEM = Problem.of(4, 2, 5, 7, 2, 4, 11).withDropout(0.3, 0, 0);

  @Test
  void aFailureOfAnyCallIsACleanException() {
    List<String> failures = sweep().failCalls();
    assertThat(failures).isEmpty();
  }

  @Test
  void aLostDeviceIsACleanException() {
    assertThat(sweep().failWork()).isEmpty();
  }

  private static FaultSweep sweep() {
    return new FaultSweep(CudaDouble.assumed(), CudnnFaultSweepTest::train)
        .unchanged("native handles", LiveHandles::count)
        .harmless("cuModuleLoadData"); // kernels from the cache that do not load are compiled anew
  }

  /** One step of training, from the opening of the device on. */
  private static void train() {
    try (Backend backend = new CudnnBackend(0, BackendOptions.of("cuda:0", 1));
        Network network = backend.createNetwork(PROBLEM.config());
        WindowPlan plan = network.createTrainingPlan(PROBLEM.steps(), PROBLEM.batch());
        Updater updater = network.createUpdater(new OptimizerConfig.Adam(0.9, 0.999, 1e-8, 0))) {
      PROBLEM.fill(network);
      plan.forwardBackward(
          Tokens.of(PROBLEM.inputs(0)),
          Tokens.of(PROBLEM.targets(0)),
          PROBLEM.steps(),
          new TrainingPass(1, false, 0, 0));
      updater.update(0.01, 1, 0);
      assertThat(plan.readLoss().nats()).isPositive().isFinite();
    }
  }
}
