package io.charlstm.trainer.recipe;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.Backends;
import io.charlstm.sampler.CharModel;
import io.charlstm.trainer.EndReason;
import io.charlstm.trainer.RunMetrics;
import io.charlstm.trainer.Trainer;
import io.charlstm.trainer.TrainingEvent.End;
import io.charlstm.trainer.TrainingEvent.Start;
import io.charlstm.trainer.TrainingListener;
import io.charlstm.trainer.TrainingRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/** A recipe from its text to its report: trains, scores, writes a text and the page about it. */
public final class RecipeRun {
  /** Name of the report in the run folder. */
  public static final String REPORT = "report.html";

  private final Recipe recipe;

  /**
   * What came of it.
   *
   * @param end of the training
   * @param sample what the model wrote; empty when the run was interrupted
   * @param figures the tutorial's beside ours
   * @param report the page
   */
  public record Outcome(End end, String sample, List<RecipeFigure.Compared> figures, Path report) {}

  public RecipeRun(Recipe recipe) {
    this.recipe = recipe;
  }

  /**
   * Runs it, or goes on with it. An interrupted run has a report, too, of what there is.
   *
   * @param listener is told what happens while it trains
   * @throws IOException when the report cannot be written
   */
  public Outcome run(TrainingRequest request, TrainingListener listener) throws IOException {
    Start[] start = new Start[1];
    End end =
        Trainer.train(
            request,
            event -> {
              if (event instanceof Start first) {
                start[0] = first;
              }
              listener.on(event);
            });
    String sample = end.reason() == EndReason.INTERRUPTED ? "" : sample(start[0], end);
    List<Map<String, Object>> metrics = RunMetrics.read(start[0].run());
    String page = RunReport.html(new RunReport.Content(recipe, start[0], end, metrics, sample));
    Path report = start[0].run().resolve(REPORT);
    replace(report, page);
    return new Outcome(
        end, sample, recipe.figures().stream().map(figure -> figure.in(metrics)).toList(), report);
  }

  private String sample(Start start, End end) {
    try (Backend backend = Backends.create(start.config().backend());
        CharModel model = CharModel.load(end.checkpoint(), backend)) {
      return recipe.sample().write(model, start.config().seed());
    }
  }

  /** Whoever has the old page open never reads half of the new one. */
  private static void replace(Path file, String text) throws IOException {
    Path fresh = file.resolveSibling(REPORT + ".new");
    Files.writeString(fresh, text, StandardCharsets.UTF_8);
    Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }
}
