package io.charlstm.trainer;

import io.charlstm.trainer.TrainingEvent.End;
import io.charlstm.trainer.TrainingEvent.Evaluation;
import io.charlstm.trainer.TrainingEvent.Progress;
import io.charlstm.trainer.TrainingEvent.StepLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * Writes a run's events into its folder, evaluations, the log of steps and the end to metrics.jsonl
 * and all but progress to log.txt, and hands them on.
 */
final class RunRecorder implements TrainingListener, AutoCloseable {
  private final Path log;
  private final MetricsLog metrics;
  private final TrainingListener next;

  /**
   * Opens the files.
   *
   * @param resumed the checkpoint to go on from; what was written behind it goes
   */
  RunRecorder(RunFolder folder, Optional<CheckpointInfo> resumed, TrainingListener next) {
    this.log = folder.path().resolve(RunFolder.LOG);
    this.next = next;
    try {
      metrics =
          MetricsLog.open(
              folder.path().resolve(RunFolder.METRICS),
              resumed.map(info -> info.state().evaluatedStep).orElse(0L),
              resumed.map(CheckpointInfo::step).orElse(0L));
    } catch (IOException e) {
      throw new RunFolderException("metrics of " + folder.path() + " cannot be written: " + e, e);
    }
  }

  @Override
  public void on(TrainingEvent event) {
    if (!(event instanceof Progress)) {
      record(event);
    }
    next.on(event);
  }

  private void record(TrainingEvent event) {
    String line = EventJson.line(event);
    try {
      Files.writeString(
          log,
          Instant.now().truncatedTo(ChronoUnit.MILLIS) + " " + line + "\n",
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
      if (event instanceof Evaluation || event instanceof StepLog || event instanceof End) {
        metrics.append(line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the run's log cannot be written", e);
    }
  }

  @Override
  public void close() {
    try {
      metrics.close();
    } catch (IOException e) {
      throw new UncheckedIOException("the run's log cannot be closed", e);
    }
  }
}
