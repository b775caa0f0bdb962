package io.charlstm.cli;

import io.charlstm.runtime.LossSum;
import io.charlstm.trainer.DynamicEvaluation;
import io.charlstm.trainer.JsonLine;
import io.charlstm.trainer.TrainingEvent;
import java.util.Locale;

/**
 * What a dynamic evaluation came to, under names of its own, so that nobody takes it for a plain
 * score.
 *
 * @param unseen characters that the model does not know
 */
record DynamicReport(DynamicEvaluation how, LossSum loss, long unseen) {

  /** A JSON object. */
  String object() {
    return new JsonLine()
        .put("dynamic_loss", loss.mean())
        .put("dynamic_perplexity", TrainingEvent.perplexity(loss.mean()))
        .put("dynamic_bits_per_char", TrainingEvent.bitsPerChar(loss.mean()))
        .put("chars", loss.count())
        .put("unseen", unseen)
        .put("dynamic_rate", how.rate())
        .put("dynamic_decay", how.decay())
        .put("dynamic_window", how.window())
        .finish();
  }

  /** A line for people. */
  String line() {
    return String.format(
        Locale.ROOT,
        "dynamic evaluation (rate %s, decay %s, windows of %d): %.4f nats/char  perplexity %.3f"
            + "  %.4f bits/char  (%,d characters scored, %,d unseen)",
        how.rate(),
        how.decay(),
        how.window(),
        loss.mean(),
        TrainingEvent.perplexity(loss.mean()),
        TrainingEvent.bitsPerChar(loss.mean()),
        loss.count(),
        unseen);
  }
}
