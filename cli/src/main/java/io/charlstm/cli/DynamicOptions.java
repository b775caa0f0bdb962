package io.charlstm.cli;

import io.charlstm.trainer.DynamicEvaluation;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Whether and how weights adapt to a text while it is scored. */
final class DynamicOptions {
  private static final String RATE = "0.1";
  private static final int WINDOW = 20;

  @Option(
      names = "--dynamic",
      arity = "0..1",
      fallbackValue = RATE,
      paramLabel = "RATE",
      description = {
        "Dynamic evaluation: after each window is scored, the weights make a step of gradient"
            + " descent of this rate on it (default: "
            + RATE
            + "). Not to be compared with a plain"
            + " score. The model's file stays as it is; scored in the precision of training."
      })
  private Double rate;

  @Option(
      names = "--dynamic-decay",
      paramLabel = "D",
      description =
          "With --dynamic: part of the way back to the trained weights after each step, 0 to 1"
              + " (default: 0).")
  private Double decay;

  @Option(
      names = "--dynamic-window",
      paramLabel = "N",
      description = "With --dynamic: characters of a window (default: " + WINDOW + ").")
  private Integer window;

  /** The dynamic evaluation that was asked for, if one was. */
  Optional<DynamicEvaluation> chosen() {
    if (rate == null && (decay != null || window != null)) {
      throw new UsageException("--dynamic-decay and --dynamic-window go with --dynamic");
    }
    return Optional.ofNullable(rate)
        .map(
            r ->
                new DynamicEvaluation(
                    r, decay == null ? 0 : decay, window == null ? WINDOW : window));
  }
}
