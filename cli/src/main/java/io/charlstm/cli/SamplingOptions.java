package io.charlstm.cli;

import io.charlstm.data.UnseenPolicy;
import io.charlstm.runtime.SamplingConfig;
import io.charlstm.sampler.AtEnd;
import io.charlstm.sampler.Sampling;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** How text is drawn. */
final class SamplingOptions {
  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "1",
      description = "Below 1 safer, above 1 bolder (default: 1).")
  private double temperature;

  @Option(
      names = "--top-k",
      paramLabel = "K",
      defaultValue = "0",
      description = "Keeps the K most likely characters; 0 = all (default: 0).")
  private int topK;

  @Option(
      names = "--top-p",
      paramLabel = "P",
      defaultValue = "1",
      description = "Keeps the most likely characters that together reach P (default: 1).")
  private double topP;

  @Option(
      names = "--min-p",
      paramLabel = "P",
      defaultValue = "0",
      description = "Keeps those at least P times as likely as the most likely (default: 0).")
  private double minP;

  @Option(names = "--greedy", description = "Always takes the most likely character.")
  private boolean greedy;

  @Option(
      names = "--seed",
      paramLabel = "K",
      description = "Makes the text repeatable; without it the seed drawn is told.")
  private Long seed;

  @Option(
      names = "--stop",
      paramLabel = "TEXT",
      description = "Ends before this text; may be repeated.")
  private List<String> stops = new ArrayList<>();

  @Option(
      names = "--on-unseen",
      paramLabel = "POLICY",
      defaultValue = "error",
      description = "Prompt characters the model does not know: error, replace or skip.")
  private String onUnseen;

  @Option(
      names = "--at-end",
      paramLabel = "CHOICE",
      defaultValue = "auto",
      description = {
        "At the symbol that ends a line: write it, stop, or restart from zero state; auto restarts"
            + " with a model that was trained on lines (default: auto)."
      })
  private String atEnd;

  /** The sampling; bad values are one line. */
  Sampling resolve() {
    try {
      Sampling sampling =
          Sampling.of(new SamplingConfig(temperature, topK, topP, minP, greedy))
              .unseen(UnseenPolicy.parse(onUnseen))
              .atEnd(AtEnd.parse(atEnd));
      for (String stop : stops) {
        sampling = sampling.stop(stop);
      }
      return seed == null ? sampling : sampling.seed(seed);
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }

  /** Whether the seed was left to chance. */
  boolean seedIsDrawn() {
    return seed == null && !greedy;
  }
}
