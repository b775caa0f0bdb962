package io.charlstm.cli;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program as users start it: from the launcher, on the module path, in its own process. */
final class LauncherIT {
  private static final Path LAUNCHER = Path.of("..", "charlstm").toAbsolutePath().normalize();

  @TempDir private Path folder;

  @BeforeAll
  static void findBash() {
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "the launcher needs bash");
    assertThat(LAUNCHER).isExecutable();
  }

  @Test
  void itWorksFromAnotherFolderThroughASymbolicLink() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("link"), LAUNCHER);
    Answer answer = run(process(List.of(link.toString(), "doctor", "--json"), Map.of()));
    assertThat(answer.code()).as(answer.err()).isEqualTo(ExitCode.OK);
    assertThat(Json.object(answer.out())).containsEntry("ok", true);
    assertThat(answer.err()).isEmpty();
  }

  @Test
  void standardErrorHoldsNothingButOurOneLine() throws Exception {
    Answer answer =
        run(process(List.of(LAUNCHER.toString(), "train", "--corpus", "none"), Map.of()));
    assertThat(answer.code()).isEqualTo(ExitCode.USAGE);
    assertThat(answer.err()).startsWith("charlstm: none: no such file").hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"train", "recipe"})
  void whatTrainsHasTheVectorKernels(String command) throws Exception {
    List<String> words = new ArrayList<>(List.of(LAUNCHER.toString(), command));
    if (command.equals("recipe")) {
      words.add("char-rnn");
    }
    words.addAll(List.of("--corpus", TrainedModel.corpus(folder).toString(), "--device", "cpu"));
    words.addAll(List.of("--set", "batch_size=2", "--set", "seq_length=10", "--steps", "1"));
    words.addAll(List.of("--run", folder.resolve("run").toString()));
    Answer answer = run(process(words, Map.of()));
    assertThat(answer.code()).as(answer.err()).isEqualTo(ExitCode.OK);
    assertThat(answer.out() + answer.err()).contains("vector kernels");
  }

  @Test
  void whatReadsAModelHasThemTooThoughItsModuleIsLoadedLate() throws Exception {
    Path model = TrainedModel.train(folder);
    Path text = TrainedModel.corpus(folder);
    List<List<String>> commands =
        List.of(
            List.of("sample", model.toString(), "--length", "9", "--seed", "3", "--device", "cpu"),
            List.of("evaluate", model.toString(), "--corpus", text.toString(), "--device", "cpu"));
    for (List<String> command : commands) {
      List<String> words = new ArrayList<>(List.of(LAUNCHER.toString()));
      words.addAll(command);
      // Refused where the kernels cannot be had.
      Answer answer =
          run(process(words, Map.of("CHARLSTM_JAVA_OPTS", "-Dcharlstm.kernels=vector")));
      assertThat(answer.code()).as(answer.err()).isEqualTo(ExitCode.OK);
      assertThat(answer.err()).isEmpty();
    }
  }

  @Test
  void bf16IsRefusedWhereTheProcessorHasNoneBeforeAnythingIsWritten() throws Exception {
    Path corpus = TrainedModel.corpus(folder);
    Path never = folder.resolve("never");
    List<String> command =
        List.of(
            LAUNCHER.toString(),
            "train",
            "--corpus",
            corpus.toString(),
            "--run",
            never.toString(),
            "--device",
            "cpu",
            "--precision",
            "bf16");
    Answer answer = run(process(command, Map.of("ONEDNN_MAX_CPU_ISA", "AVX2")));
    assertThat(answer.code()).isEqualTo(ExitCode.USAGE);
    assertThat(answer.err()).contains("bf16 needs a CPU with AVX-512 BF16 or AMX").hasLineCount(1);
    assertThat(never).doesNotExist();
  }

  @Test
  void textIsUtf8WhateverTheLocale() throws Exception {
    Path model = TrainedModel.train(folder);
    List<String> command =
        List.of(
            LAUNCHER.toString(),
            "sample",
            model.toString(),
            "--prompt",
            "Brücke 𝄞",
            "--length",
            "12",
            "--seed",
            "4",
            "--device",
            "reference");
    Answer posix = run(process(command, Map.of("LC_ALL", "C", "LANG", "C")));
    Answer utf8 = run(process(command, Map.of("LC_ALL", "C.UTF-8")));
    assertThat(posix.code()).as(posix.err()).isEqualTo(ExitCode.OK);
    assertThat(posix.out()).startsWith("Brücke 𝄞").isEqualTo(utf8.out());
  }

  @Test
  void aClosedPipeEndsSamplingQuietly() throws Exception {
    Path model = TrainedModel.train(folder);
    String pipeline =
        "\"$0\" sample \"$1\" --device cpu --length 2000000000 --seed 1 | head -c 20 >/dev/null; exit ${PIPESTATUS[0]}";
    Answer answer =
        run(
            process(
                List.of("/bin/bash", "-c", pipeline, LAUNCHER.toString(), model.toString()),
                Map.of()));
    assertThat(answer.code()).isEqualTo(ExitCode.OK);
    assertThat(answer.err()).isEmpty();
  }

  @Test
  void anInterruptedTrainingIsSavedAndGoesOn() throws Exception {
    Path corpus = TrainedModel.corpus(folder);
    Path runFolder = folder.resolve("run");
    List<String> command = new ArrayList<>(List.of(LAUNCHER.toString()));
    command.addAll(
        List.of(
            TrainedModel.trainArguments(
                corpus, runFolder, "--seconds", "100000", "--set", "eval_every=5")));
    Process training = process(command, Map.of()).start();
    try (BufferedReader events = training.inputReader(StandardCharsets.UTF_8)) {
      String line = events.readLine();
      while (line != null && !line.contains("\"event\":\"eval\"")) {
        line = events.readLine();
      }
      // SIGTERM; the launcher replaced itself with java, so it reaches the program.
      training.toHandle().destroy();
      assertThat(events.lines().toList().getLast()).contains("\"reason\":\"interrupted\"");
    }
    assertThat(training.waitFor(1, MINUTES)).isTrue();
    assertThat(training.exitValue()).isEqualTo(ExitCode.INTERRUPTED);

    long reached =
        (long) Json.object(Invocation.of("info", runFolder.toString(), "--json").out()).get("step");
    assertThat(reached).isPositive();
    Invocation resumed =
        Invocation.of("train", "--resume", runFolder.toString(), "--seconds", "0.001", "--json");
    assertThat(resumed.code()).as(resumed.err()).isEqualTo(ExitCode.OK);
  }

  /** What a process answered. */
  private record Answer(int code, String out, String err) {}

  private ProcessBuilder process(List<String> command, Map<String, String> environment) {
    var builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().put("CHARLSTM_JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("CHARLSTM_NO_BUILD", "1");
    builder.environment().putAll(environment);
    return builder;
  }

  private Answer run(ProcessBuilder builder) throws IOException, InterruptedException {
    Path out = folder.resolve("stdout");
    Path err = folder.resolve("stderr");
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    assertThat(process.waitFor(3, MINUTES)).as("ended in time").isTrue();
    return new Answer(process.exitValue(), Files.readString(out), Files.readString(err));
  }
}
