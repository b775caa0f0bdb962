package io.charlstm.trainer;

import io.charlstm.trainer.TrainingEvent.Start;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A process that starts a run or goes on with it, and that {@link KillTest} kills. */
final class KilledRun {
  /** Evaluates seldom, saves after each step: most of the time a save is under way. */
  static final Map<String, Object> CONFIG =
      Map.ofEntries(
          Map.entry("hidden_size", 7L),
          Map.entry("embedding_size", 5L),
          Map.entry("seq_length", 5L),
          Map.entry("batch_size", 3L),
          Map.entry("dropout", 0.2),
          Map.entry("gradient_accumulation", 2L),
          Map.entry("steps", 800L),
          Map.entry("eval_every", 7L),
          Map.entry("checkpoint_every", 1L),
          Map.entry("sample_length", 0L));

  private KilledRun() {}

  /**
   * Trains.
   *
   * @param arguments run folder and corpus
   */
  public static void main(String[] arguments) {
    Path run = Path.of(arguments[0]);
    boolean resume = Files.exists(run.resolve(RunFolder.CONFIG));
    TrainingRequest request =
        resume
            ? TrainingRequest.resume(run, Map.of())
            : TrainingRequest.fresh(
                RunConfig.defaults().withValues(CONFIG), List.of(arguments[1]), run);
    Trainer.train(
        request,
        event -> {
          if (event instanceof Start) {
            System.out.println("started");
          }
        },
        options ->
            new HookedBackend(
                TinyRun.REFERENCE.create(options), HookedBackend.Spoiler.NONE, updates -> {}));
  }
}
