package io.charlstm.runtime.onednn;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.Backends;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.OptimizerConfig;
import io.charlstm.runtime.TrainingPass;
import io.charlstm.runtime.Updater;
import io.charlstm.runtime.WindowPlan;
import io.charlstm.runtime.contract.Tokens;

/** Trains and samples a little in a virtual machine of its own and prints what computed it. */
public final class TrainingMain {
  private TrainingMain() {}

  /** Prints the backend's description last. */
  public static void main(String[] arguments) {
    try (Backend backend = Backends.auto();
        Network network = backend.createNetwork(NetworkConfig.of(7, 3, 20, 2));
        WindowPlan plan = network.createTrainingPlan(4, 3);
        Updater updater = network.createUpdater(new OptimizerConfig.Adam(0.9, 0.999, 1e-8, 0))) {
      int[] tokens = Tokens.cycle(12, 7);
      plan.forwardBackward(
          Tokens.of(tokens), Tokens.of(tokens), 4, new TrainingPass(0.1, false, 1, 1));
      updater.update(0.01, 1, 0);
      try (var decoder = network.createDecoder(2)) {
        decoder.feed(new int[] {1, 2});
      }
      System.out.println(backend.description());
    }
  }
}
