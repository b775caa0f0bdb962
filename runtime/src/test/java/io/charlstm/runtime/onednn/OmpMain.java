package io.charlstm.runtime.onednn;

import io.charlstm.bindings.onednn.OneDnn;
import io.charlstm.runtime.Backend;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.TrainingPass;
import io.charlstm.runtime.WindowPlan;
import io.charlstm.runtime.contract.Problem;
import io.charlstm.runtime.contract.Tokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * Trains on a window with whatever OpenMP settings the environment has. Prints the caller's thread
 * count before and after, the processors that the backend's threads may use, and a hash of the
 * gradients' bits.
 */
public final class OmpMain {
  private OmpMain() {}

  /** Needs no arguments. */
  public static void main(String[] arguments) throws IOException {
    Problem problem = Problem.of(6, 5, 40, 130, 2, 41, 871);
    int before = OneDnn.get().ompThreads();
    try (Backend backend = new OneDnnBackend(2);
        Network network = backend.createNetwork(problem.config());
        WindowPlan plan = network.createTrainingPlan(problem.steps(), problem.batch())) {
      problem.fill(network);
      plan.forwardBackward(
          Tokens.of(problem.inputs(0)),
          Tokens.of(problem.targets(0)),
          problem.steps(),
          new TrainingPass(0.1, false, 1, 1));
      System.out.println(before + " " + OneDnn.get().ompThreads());
      System.out.println(processorsOfWorkers());
      int hash = 0;
      for (String name : problem.parameters().keySet()) {
        hash = 31 * hash + Arrays.hashCode(network.gradients().read(name));
      }
      System.out.println(hash);
    }
  }

  private static String processorsOfWorkers() throws IOException {
    try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
      return String.join(
          " ",
          threads
              .map(thread -> read(thread.resolve("status")))
              .filter(status -> status.startsWith("Name:\tcharlstm-worker"))
              .flatMap(String::lines)
              .filter(line -> line.startsWith("Cpus_allowed_list"))
              .sorted()
              .toList());
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
