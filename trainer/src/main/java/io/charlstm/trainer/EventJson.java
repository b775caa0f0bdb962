package io.charlstm.trainer;

import io.charlstm.trainer.TrainingEvent.End;
import io.charlstm.trainer.TrainingEvent.Evaluation;
import io.charlstm.trainer.TrainingEvent.Progress;
import io.charlstm.trainer.TrainingEvent.Saved;
import io.charlstm.trainer.TrainingEvent.Start;
import io.charlstm.trainer.TrainingEvent.StepLog;
import io.charlstm.trainer.TrainingEvent.Warning;

/** Events as JSON objects of one line; numbers that do not exist (NaN) are null. */
public final class EventJson {
  private EventJson() {}

  /** One line without its line break. */
  @SuppressWarnings("IfChainToSwitch") // for a switch the JVM makes a class at each start
  public static String line(TrainingEvent event) {
    if (event instanceof Start start) {
      return start(start);
    }
    if (event instanceof Progress progress) {
      return progress(progress);
    }
    if (event instanceof Evaluation evaluation) {
      return evaluation(evaluation);
    }
    if (event instanceof StepLog log) {
      return log(log);
    }
    if (event instanceof Saved saved) {
      return saved(saved);
    }
    if (event instanceof Warning warning) {
      return event("warning").put("message", warning.message()).finish();
    }
    return end((End) event);
  }

  private static JsonLine event(String name) {
    return new JsonLine().put("event", name);
  }

  private static String start(Start start) {
    return event("start")
        .put("run", start.run().toString())
        .put("step", start.resumedFrom())
        .put("device", start.device())
        .put("backend", start.backend())
        .put("precision", start.precision())
        .put("threads", start.threads())
        .put("corpus", start.corpus())
        .put("vocabulary_size", start.vocabularySize())
        .put("train_chars", start.trainTokens())
        .put("valid_chars", start.validTokens())
        .put("test_chars", start.testTokens())
        .put("parameters", start.parameters())
        .put("memory_mb", start.memoryBytes() / (1024.0 * 1024.0))
        .put("windows_per_epoch", start.windowsPerEpoch())
        .put("config", start.config().values())
        .finish();
  }

  private static String progress(Progress progress) {
    return event("progress")
        .put("step", progress.step())
        .put("epoch", progress.epoch())
        .put("learning_rate", progress.learningRate())
        .put("train_loss", progress.trainLoss())
        .put("chars_per_sec", progress.charsPerSec())
        .put("seconds", progress.seconds())
        .put("fraction", progress.fraction())
        .put("seconds_left", progress.secondsLeft())
        .finish();
  }

  private static String evaluation(Evaluation eval) {
    JsonLine line =
        event("eval")
            .put("step", eval.step())
            .put("epoch", eval.epoch())
            .put("learning_rate", eval.learningRate())
            .put("gradient_norm", eval.gradientNorm())
            .put("train_loss", eval.trainLoss());
    return validation(line, eval.validLoss())
        .put("chars_per_sec", eval.charsPerSec())
        .put("seconds", eval.seconds())
        .put("best", eval.best())
        .put("skipped_steps", eval.skippedSteps())
        .put("train_batch_perplexity", eval.batches().trainPerplexity())
        .put("valid_batch_perplexity", eval.batches().validPerplexity())
        .put("probe_loss", eval.batches().probeLoss())
        .put("sample", eval.sample())
        .finish();
  }

  private static String log(StepLog log) {
    return event("log")
        .put("step", log.step())
        .put("epoch", log.epoch())
        .put("batch", log.batch())
        .put("samples_per_sec", log.samplesPerSec())
        .put("train_loss", log.trainLoss())
        .put("train_batch_perplexity", log.trainPerplexity())
        .finish();
  }

  private static String saved(Saved saved) {
    return event("checkpoint")
        .put("step", saved.step())
        .put("checkpoint", saved.checkpoint().toString())
        .put("best", saved.best())
        .finish();
  }

  private static String end(End end) {
    JsonLine line =
        event("end")
            .put("reason", end.reason().word())
            .put("step", end.step())
            .put("epoch", end.epoch())
            .put("train_loss", end.trainLoss());
    return validation(line, end.validLoss())
        .put("chars_per_sec", end.charsPerSec())
        .put("seconds", end.seconds())
        .put("checkpoint", end.checkpoint().toString())
        .put("checkpoint_step", end.checkpointStep())
        .finish();
  }

  private static JsonLine validation(JsonLine line, double loss) {
    return line.put("valid_loss", loss)
        .put("valid_perplexity", TrainingEvent.perplexity(loss))
        .put("valid_bits_per_char", TrainingEvent.bitsPerChar(loss));
  }
}
