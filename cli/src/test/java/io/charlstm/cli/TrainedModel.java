package io.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A tiny corpus and what the command line makes of it. */
final class TrainedModel {
  /** Sizes small enough for the reference backend; all different. */
  private static final List<String> TINY =
      List.of(
          "--device", "reference",
          "--set", "hidden_size=6",
          "--set", "embedding_size=5",
          "--set", "num_layers=2",
          "--set", "batch_size=3",
          "--set", "seq_length=7",
          "--set", "valid_lanes=2",
          "--set", "sample_length=9");

  private TrainedModel() {}

  /** 1,200 characters, some of them beyond ASCII. */
  static Path corpus(Path folder) throws IOException {
    return Files.writeString(
        folder.resolve("corpus.txt"),
        "Über die Brücke geht 𝄞 ein Fuchs.\n".repeat(40).substring(0, 1200),
        StandardCharsets.UTF_8);
  }

  /** The words of a training command with tiny sizes. */
  static String[] trainArguments(Path corpus, Path run, String... more) {
    List<String> words =
        new ArrayList<>(
            List.of("train", "--corpus", corpus.toString(), "--run", run.toString(), "--json"));
    words.addAll(TINY);
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  /** Trains a run of a few steps. */
  static Path train(Path folder) throws IOException {
    Path run = folder.resolve("run");
    Invocation result = Invocation.of(trainArguments(corpus(folder), run, "--steps", "4"));
    assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.OK);
    return run;
  }
}
