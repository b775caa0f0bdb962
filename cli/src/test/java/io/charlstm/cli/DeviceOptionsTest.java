package io.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.charlstm.runtime.Backends;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The options that choose where and how a model computes. */
final class DeviceOptionsTest {
  @TempDir private static Path folder;
  private static String run;

  @BeforeAll
  static void train() throws IOException {
    run = TrainedModel.train(folder).toString();
  }

  @Test
  void autoSaysWhyItIsNotTheGpu() {
    assumeTrue(Backends.autoReason().isPresent(), "there is a GPU");
    String line = "charlstm: computes on the CPU: " + Backends.autoReason().orElseThrow() + "\n";
    assertThat(line).hasLineCount(1);
    assertThat(sample("auto").err()).isEqualTo(line);
    assertThat(sample("cpu").err()).isEmpty();
    Invocation bench =
        Invocation.of("bench", "--seconds", "0.01", "--set", "hidden_size=8", "--json");
    assertThat(bench.err()).isEqualTo(line);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cuda", "cuda:7"})
  void aGpuThatIsNotThereIsRefusedWithTheReasons(String device) {
    assumeTrue(Backends.autoReason().isPresent(), "there is a GPU");
    Invocation refused = sample(device);
    assertThat(refused.code()).isEqualTo(ExitCode.USAGE);
    assertThat(refused.out()).isEmpty();
    assertThat(refused.err().lines())
        .as("a line for each reason below the first one")
        .first()
        .isEqualTo("charlstm: device " + device + " is not available:");
    assertThat(refused.err().lines().skip(1))
        .isNotEmpty()
        .allMatch(line -> line.startsWith("charlstm:   ") && line.length() < 300);
  }

  @ParameterizedTest
  @ValueSource(strings = {"fp32", "bf16", "int8"})
  void evaluateStatesTheLossOfSamplingInAPrecision(String precision) {
    String corpus = folder.resolve("corpus.txt").toString();
    double exact = loss("--device", "reference", "--corpus", corpus);
    double rounded = loss("--device", "cpu", "--corpus", corpus, "--precision", precision);
    // A model of four steps is almost uniform, so rounding 8 bits off its weights costs little.
    assertThat(Math.abs(rounded - exact)).isLessThan(precision.equals("fp32") ? 1e-6 : 1e-3);
    assertThat(rounded == exact).isFalse();
  }

  private static double loss(String... options) {
    List<String> words = new ArrayList<>(List.of("evaluate", run, "--json"));
    words.addAll(List.of(options));
    Invocation scored = Invocation.of(words.toArray(String[]::new));
    assertThat(scored.code()).as(scored.err()).isEqualTo(ExitCode.OK);
    return (double) Json.object(scored.out()).get("loss");
  }

  @Test
  void aRunKeepsItsPrecisionAndSaysWhenItChanges() {
    String target = folder.resolve("precise").toString();
    Invocation first =
        Invocation.of(
            "train",
            "--corpus",
            folder.resolve("corpus.txt").toString(),
            "--run",
            target,
            "--json",
            "--device",
            "cpu",
            "--steps",
            "2",
            "--no-sample",
            "--set",
            "hidden_size=6",
            "--set",
            "batch_size=3",
            "--set",
            "seq_length=7",
            "--set",
            "valid_lanes=2");
    assertThat(first.code()).as(first.err()).isEqualTo(ExitCode.OK);
    Invocation same = Invocation.of("train", "--resume", target, "--steps", "3", "--json");
    assertThat(same.err()).doesNotContain("rounding");
    Invocation other =
        Invocation.of(
            "train", "--resume", target, "--steps", "4", "--device", "reference", "--json");
    assertThat(other.code()).as(other.err()).isEqualTo(ExitCode.OK);
    assertThat(other.err())
        .contains("in fp32 and goes on with reference on 1 in fp64: results will differ");
  }

  private static Invocation sample(String device) {
    return Invocation.of("sample", run, "--length", "3", "--seed", "1", "--device", device);
  }
}
