package io.charlstm.runtime.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.charlstm.bindings.onednn.OneDnn;
import io.charlstm.runtime.Backend;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.TrainingPass;
import io.charlstm.runtime.WindowPlan;
import io.charlstm.runtime.contract.Problem;
import io.charlstm.runtime.contract.Tokens;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** OpenMP is the host application's: we neither follow its settings nor change them. */
class OmpSettingsTest {

  @Test
  void aCallingThreadKeepsItsThreadCount() {
    OneDnnUnderTest.create(1).close();
    OneDnn library = OneDnn.get();
    int before = library.ompThreads();
    Problem problem = Problem.of(4, 3, 7, 130, 1, 11, 872);
    try {
      library.setOmpThreads(3);
      try (Backend backend = OneDnnUnderTest.create(2);
          Network network = backend.createNetwork(problem.config());
          WindowPlan plan = network.createTrainingPlan(problem.steps(), problem.batch())) {
        assertThat(library.ompThreads()).isEqualTo(3);
        problem.fill(network);
        plan.forwardBackward(
            Tokens.of(problem.inputs(0)),
            Tokens.of(problem.targets(0)),
            problem.steps(),
            new TrainingPass(1, false, 1, 1));
        assertThat(library.ompThreads()).isEqualTo(3);
      }
    } finally {
      library.setOmpThreads(before);
    }
  }

  @Test
  void theEnvironmentsSettingsChangeNothing() throws Exception {
    OneDnnUnderTest.create(1).close();
    assumeTrue(Files.isDirectory(Path.of("/proc/self/task")), "no /proc");
    List<String> plain = run(Map.of());
    List<String> bound =
        run(Map.of("OMP_NUM_THREADS", "7", "OMP_PROC_BIND", "true", "OMP_PLACES", "cores"));
    assertThat(plain.get(1)).contains("Cpus_allowed_list");
    assertThat(bound.getFirst()).as("OpenMP threads of the caller").isEqualTo("7 7");
    assertThat(bound.subList(1, 3)).isEqualTo(plain.subList(1, 3));
  }

  private static List<String> run(Map<String, String> settings)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                OmpMain.class.getName())
            .redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("OMP_"));
    builder.environment().putAll(settings);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output.lines().toList();
  }
}
