package io.charlstm.cli;

import io.charlstm.trainer.TrainingEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Events as MXNet logs them; epochs count from 0, perplexities are means over batches. */
final class SpeedometerLines {
  private SpeedometerLines() {}

  static String batch(TrainingEvent.StepLog log) {
    return String.format(
        Locale.ROOT,
        "Epoch[%d] Batch [%d]\tSpeed: %.2f samples/sec\tTrain-Perplexity=%.6f",
        log.epoch(),
        log.batch(),
        log.samplesPerSec(),
        log.trainPerplexity());
  }

  static List<String> evaluation(TrainingEvent.Evaluation now) {
    long epoch = Math.max(0, (long) Math.ceil(now.epoch()) - 1);
    List<String> lines = new ArrayList<>();
    lines.add(line(epoch, "Train", now.batches().trainPerplexity()));
    if (!Double.isNaN(now.batches().validPerplexity())) {
      lines.add(line(epoch, "Validation", now.batches().validPerplexity()));
    }
    lines.add(String.format(Locale.ROOT, "Epoch[%d] Time cost=%.3f", epoch, now.seconds()));
    return lines;
  }

  private static String line(long epoch, String part, double perplexity) {
    return String.format(Locale.ROOT, "Epoch[%d] %s-Perplexity=%.6f", epoch, part, perplexity);
  }

  static String saved(TrainingEvent.Saved saved) {
    return "Saved checkpoint to \"" + saved.checkpoint() + "\"";
  }
}
