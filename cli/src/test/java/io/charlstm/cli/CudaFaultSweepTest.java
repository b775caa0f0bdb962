package io.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.charlstm.runtime.safetensors.SafetensorsFile;
import io.charlstm.testing.cuda.CudaDouble;
import io.charlstm.testing.cuda.FaultSweep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Calls of the CUDA libraries fail while a command trains, and each call while one writes text: one
 * line, an exit code, and the last checkpoint as it was.
 */
@Tag(CudaDouble.TAG)
class CudaFaultSweepTest {
  private static final int STEPS = 3;

  /** Every so many failed runs, one is resumed at the end, as if nothing had been. */
  private static final int RESUME_EVERY = 20;

  @TempDir Path folder;
  private Path corpus;
  private Path whole;
  private final Set<Map<String, Integer>> checkpoints = new HashSet<>();
  private final List<Path> saved = new ArrayList<>();
  private int runs;

  @BeforeEach
  void trainUndisturbed() throws IOException {
    CudaDouble.assumed().reset();
    corpus = TrainedModel.corpus(folder);
    for (int step = 1; step <= STEPS; step++) {
      whole = folder.resolve("whole" + step);
      assertThat(train(whole, step).code()).isEqualTo(ExitCode.OK);
      checkpoints.add(last(whole));
    }
  }

  @Test
  void trainingSurvivesFailuresAllOverTheRun() throws IOException {
    // The trainer's test fails every call.
    assertThat(sweep(this::trainOnce).every(8).failCalls()).isEmpty();
    // About half of the calls come after the first checkpoint.
    assertThat(saved.size()).isGreaterThan(60);
    for (int i = 0; i < saved.size(); i += RESUME_EVERY) {
      Path run = saved.get(i);
      Invocation resumed = Invocation.of("train", "--resume", run.toString(), "--json");
      assertThat(resumed.code()).as(resumed.err()).isEqualTo(ExitCode.OK);
      assertThat(last(run)).as("%s resumed", run).isEqualTo(last(whole));
    }
  }

  @Test
  void writingTextSurvivesTheFailureOfAnyCall() {
    assertThat(sweep(this::sample).failCalls()).isEmpty();
  }

  @Test
  void writingTextSurvivesFullMemoryAndTheLossOfTheDevice() {
    assertThat(sweep(this::sample).failAllocations()).isEmpty();
    assertThat(sweep(this::sample).failWork()).isEmpty();
  }

  private static FaultSweep sweep(FaultSweep.Scenario scenario) {
    return new FaultSweep(CudaDouble.assumed(), scenario)
        .harmless("cuModuleLoadData"); // kernels from the cache that do not load are compiled anew
  }

  private void trainOnce() throws IOException {
    Path run = folder.resolve("run" + runs++);
    Invocation made = train(run, STEPS);
    if (Files.exists(lastFile(run))) {
      assertThat(checkpoints).as(made.err()).contains(last(run));
      if (made.code() != ExitCode.OK) {
        saved.add(run);
      }
    }
    requireOk(made);
    assertThat(last(run)).isEqualTo(last(whole));
  }

  private void sample() {
    String[] words = {"sample", whole.toString(), "--prompt", "Fu", "--seed", "3"};
    String[] options = {"--length", "5", "--device", "cuda"};
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of(options));
    Invocation made = Invocation.of(all.toArray(String[]::new));
    requireOk(made);
    assertThat(made.out()).startsWith("Fu").hasSizeGreaterThan(5);
  }

  /** Throws what a command said; its words must be one line, or one for each reason. */
  private static void requireOk(Invocation made) {
    if (made.code() == ExitCode.OK) {
      return;
    }
    List<String> said = made.err().lines().filter(line -> line.startsWith("charlstm: ")).toList();
    assertThat(made.err()).doesNotContain("\tat ").endsWith("\n");
    if (made.code() == ExitCode.FAILURE) {
      assertThat(said).as(made.err()).hasSize(1);
    } else {
      assertThat(made.code()).isEqualTo(ExitCode.USAGE);
      assertThat(said).as(made.err()).isNotEmpty();
    }
    assertThat(made.err().lines().toList().getLast()).startsWith("charlstm: ");
    throw new IllegalStateException(String.join("\n", said));
  }

  private Invocation train(Path run, int steps) {
    String[] words =
        TrainedModel.trainArguments(
            corpus,
            run,
            "--set",
            "steps=" + steps,
            "--set",
            "eval_every=" + STEPS,
            "--set",
            "checkpoint_every=1",
            "--set",
            "optimizer=sgd",
            "--set",
            "dropout=0",
            "--set",
            "embedding_size=0",
            "--set",
            "num_layers=1",
            "--set",
            "sample_length=3",
            "--set",
            "schedule=constant");
    words[Arrays.asList(words).indexOf("reference")] = "cuda";
    return Invocation.of(words);
  }

  private static Path lastFile(Path run) {
    return run.resolve("checkpoints/last.safetensors");
  }

  /** A digest of every tensor of a run's last checkpoint. */
  private static Map<String, Integer> last(Path run) throws IOException {
    Map<String, Integer> tensors = new TreeMap<>();
    try (SafetensorsFile file = SafetensorsFile.open(lastFile(run))) {
      for (String name : file.tensors().keySet()) {
        tensors.put(name, Arrays.hashCode(file.readFloats(name)));
      }
    }
    return tensors;
  }
}
