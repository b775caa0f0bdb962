package io.charlstm.runtime.reference;

import static org.assertj.core.api.Assertions.assertThat;

import io.charlstm.runtime.Initializer;
import io.charlstm.runtime.InitializerConfig;
import io.charlstm.runtime.LossSum;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.OptimizerConfig;
import io.charlstm.runtime.SamplingConfig;
import io.charlstm.runtime.TrainingPass;
import io.charlstm.runtime.Updater;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class ReferenceLearningTest {
  private static final SamplingConfig GREEDY = new SamplingConfig(1, 0, 1, 0, true);

  @Test
  void learnsACycleAndContinuesIt() {
    int steps = 7;
    int batch = 2;
    int vocabulary = 5;
    ReferenceNetwork network =
        new ReferenceBackend().createNetwork(NetworkConfig.of(vocabulary, 3, 8, 1));
    Initializer.initialize(network, InitializerConfig.DEFAULT, 7);
    int[] inputs = new int[steps * batch];
    int[] targets = new int[steps * batch];
    for (int row = 0; row < inputs.length; row++) {
      int t = row / batch;
      int b = row % batch;
      inputs[row] = (t + b) % vocabulary;
      targets[row] = (t + b + 1) % vocabulary;
    }
    ReferenceWindowPlan plan = network.createTrainingPlan(steps, batch);
    Updater updater = network.createUpdater(new OptimizerConfig.Adam(0.9, 0.999, 1e-8, 0));
    LossSum loss = LossSum.ZERO;
    for (int update = 0; update < 100; update++) {
      plan.resetState();
      plan.forwardBackward(
          MemorySegment.ofArray(inputs),
          MemorySegment.ofArray(targets),
          steps,
          new TrainingPass(1.0 / inputs.length, false, 1, update));
      loss = plan.readLoss();
      updater.update(0.05, 1, 0);
    }
    assertThat(loss.count()).isEqualTo(inputs.length);
    // The next token is certain, so the loss tends to zero; an untrained net has ln 5 = 1.6.
    assertThat(loss.mean()).isLessThan(0.05);

    ReferenceDecoder decoder = network.createDecoder(1);
    decoder.reset(0, 3);
    decoder.feed(new int[] {2});
    int[] tokens = new int[6];
    decoder.generate(6, GREEDY, tokens);
    assertThat(tokens).containsExactly(3, 4, 0, 1, 2, 3);
  }
}
