package io.charlstm.cli;

import io.charlstm.trainer.EndReason;
import io.charlstm.trainer.RunConfig;
import io.charlstm.trainer.TrainingEvent;
import io.charlstm.trainer.TrainingListener;
import java.util.Locale;

/**
 * What a person sees of a training. Results (evaluations, samples, the end) go to standard output;
 * what is about to happen, and the progress, to standard error.
 */
final class TrainingReport implements TrainingListener, AutoCloseable {
  private static final double MEBIBYTE = 1 << 20;

  private final Console console;
  private final LogStyle style;
  private final ProgressLine progress;
  private RunConfig config = RunConfig.defaults();

  TrainingReport(Console console, LogStyle style) {
    this.console = console;
    this.style = style;
    this.progress = console.errIsTerminal() ? ProgressLine.on(console) : ProgressLine.NONE;
  }

  @Override
  @SuppressWarnings("IfChainToSwitch") // for a switch the JVM makes a class at each start
  public void on(TrainingEvent event) {
    if (event instanceof TrainingEvent.Start start) {
      announce(start);
    } else if (event instanceof TrainingEvent.Progress now) {
      progress.show(now);
    } else if (event instanceof TrainingEvent.Evaluation evaluation) {
      print(evaluation);
    } else if (event instanceof TrainingEvent.Saved saved) {
      print(saved);
    } else if (event instanceof TrainingEvent.StepLog log) {
      print(log);
    } else if (event instanceof TrainingEvent.Warning warning) {
      message("warning: " + warning.message());
    } else {
      print((TrainingEvent.End) event);
    }
  }

  private void announce(TrainingEvent.Start start) {
    config = start.config();
    message("device   " + start.backend() + ", " + start.precision());
    message("corpus   " + start.corpus());
    message(
        String.format(
            Locale.ROOT,
            "split    %,d to train on, %,d to validate, %,d for a test",
            start.trainTokens(),
            start.validTokens(),
            start.testTokens()));
    message(
        String.format(
            Locale.ROOT,
            "network  %s LSTM layers of %s, %s: %,d parameters; %.0f MiB in all",
            config.get("num_layers"),
            config.get("hidden_size"),
            embedding(config),
            start.parameters(),
            start.memoryBytes() / MEBIBYTE));
    message(
        String.format(
            Locale.ROOT,
            "windows  %s %s of %s characters, %,d windows an epoch; ends after %s",
            config.get("batch_size"),
            windowParts(),
            config.get("seq_length"),
            start.windowsPerEpoch(),
            limits()));
    String resumed =
        start.resumedFrom() == 0 ? "" : " (goes on from step " + start.resumedFrom() + ")";
    message("run      " + start.run() + resumed);
  }

  private String windowParts() {
    return switch ((String) config.get("batching")) {
      case "lines" -> "lines";
      case "shuffled" -> "sequences";
      default -> "lanes";
    };
  }

  private static String embedding(RunConfig config) {
    Object size = config.get("embedding_size");
    return size.equals(0L) ? "one-hot input" : "embedding of " + size;
  }

  private String limits() {
    var limits = new StringBuilder();
    for (String key : new String[] {"steps", "epochs", "seconds"}) {
      double value = ((Number) config.get(key)).doubleValue();
      if (value > 0) {
        limits
            .append(limits.isEmpty() ? "" : " or ")
            .append(String.format(Locale.ROOT, "%,.10g", value).replaceFirst("\\.?0+$", ""));
        limits.append(' ').append(key);
      }
    }
    return limits.isEmpty() ? "Ctrl-C" : limits.toString();
  }

  /** In the plain style evaluations and the end say what there is to say. */
  private void print(TrainingEvent.Saved saved) {
    if (style == LogStyle.SPEEDOMETER && !saved.best()) {
      result(SpeedometerLines.saved(saved));
    }
  }

  private void print(TrainingEvent.StepLog log) {
    if (style == LogStyle.SPEEDOMETER) {
      result(SpeedometerLines.batch(log));
    }
  }

  private void print(TrainingEvent.Evaluation now) {
    if (style == LogStyle.SPEEDOMETER) {
      SpeedometerLines.evaluation(now).forEach(this::result);
    } else {
      result(line(now));
    }
    if (!now.sample().isEmpty()) {
      result(now.sample().strip().indent(4).stripTrailing() + System.lineSeparator());
    }
  }

  private String line(TrainingEvent.Evaluation now) {
    var line = new StringBuilder();
    line.append(
        String.format(
            Locale.ROOT,
            "step %6d  epoch %5.2f  train %.4f",
            now.step(),
            now.epoch(),
            now.trainLoss()));
    if (!Double.isNaN(now.validLoss())) {
      line.append(validation(now.validLoss()));
    }
    if (!config.get("batching").equals("lanes")) {
      line.append(batchPerplexities(now.batches()));
    }
    if (!Double.isNaN(now.batches().probeLoss())) {
      line.append(String.format(Locale.ROOT, "  window %.4f", now.batches().probeLoss()));
    }
    line.append(String.format(Locale.ROOT, "  %,.0f chars/s", now.charsPerSec()));
    return line.append(now.best() ? "  best" : "").toString();
  }

  /** Means over batches, as MXNet reports them. */
  private static String batchPerplexities(TrainingEvent.Batchwise batches) {
    String valid =
        Double.isNaN(batches.validPerplexity())
            ? ""
            : String.format(Locale.ROOT, ", valid %.3f", batches.validPerplexity());
    return String.format(Locale.ROOT, "  by batch: train %.3f", batches.trainPerplexity()) + valid;
  }

  private void print(TrainingEvent.End end) {
    progress.close();
    var line = new StringBuilder();
    line.append(end.reason() == EndReason.INTERRUPTED ? "interrupted and saved" : "done");
    line.append(String.format(Locale.ROOT, " after step %d, %.1f s", end.step(), end.seconds()));
    line.append(String.format(Locale.ROOT, "  train %.4f", end.trainLoss()));
    if (!Double.isNaN(end.validLoss())) {
      line.append(validation(end.validLoss()));
    }
    line.append(String.format(Locale.ROOT, "  %,.0f chars/s", end.charsPerSec()));
    result(line.toString());
    message("model    " + end.checkpoint());
  }

  private static String validation(double loss) {
    return String.format(
        Locale.ROOT,
        "  valid %.4f nats/char  perplexity %.3f  %.4f bits/char",
        loss,
        TrainingEvent.perplexity(loss),
        TrainingEvent.bitsPerChar(loss));
  }

  private void result(String line) {
    progress.printing(
        () -> {
          console.out().println(line);
          console.out().flush();
        });
  }

  private void message(String line) {
    progress.printing(() -> console.err().println(line));
  }

  @Override
  public void close() {
    progress.close();
  }
}
