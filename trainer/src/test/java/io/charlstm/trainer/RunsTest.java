package io.charlstm.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.charlstm.trainer.TrainingEvent.End;
import io.charlstm.trainer.TrainingEvent.Evaluation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs on a tiny network and text. */
class RunsTest {
  @TempDir Path folder;

  @Test
  void aRunLearnsAndLeavesItsFiles() throws Exception {
    TinyRun tiny = new TinyRun(folder);
    End end = tiny.train("run", tiny.config().with("steps", "60").with("eval_every", "20"));

    List<Evaluation> evaluations = tiny.evaluations();
    assertThat(evaluations).extracting(Evaluation::step).containsExactly(20L, 40L, 60L);
    assertThat(evaluations.getLast().validLoss()).isLessThan(evaluations.getFirst().validLoss());
    assertThat(end.reason()).isEqualTo(EndReason.STEPS);
    assertThat(end.step()).isEqualTo(60);
    assertThat(end.checkpoint()).exists();
    Path run = folder.resolve("run");
    assertThat(run.resolve("config.toml")).exists();
    assertThat(run.resolve("log.txt")).exists();
    assertThat(Files.readAllLines(run.resolve("metrics.jsonl"))).hasSize(4);
  }
}
