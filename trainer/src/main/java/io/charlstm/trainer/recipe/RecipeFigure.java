package io.charlstm.trainer.recipe;

import io.charlstm.trainer.RunMetrics;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A figure that a tutorial reports, and where ours is found.
 *
 * @param name for people
 * @param event kind of line in metrics.jsonl: {@code eval} or {@code log}
 * @param metric entry of that line
 * @param at the epoch of an {@code eval}, the step of a {@code log}; empty for the last one
 * @param factor on our value
 * @param theirs the tutorial's value
 */
public record RecipeFigure(
    String name, String event, String metric, OptionalDouble at, double factor, double theirs) {
  private static final double SAME = 1e-9;

  /**
   * A figure beside ours.
   *
   * @param ours empty when the run did not come that far
   * @param seconds time trained up to there; empty when unknown
   */
  public record Compared(RecipeFigure figure, OptionalDouble ours, OptionalDouble seconds) {}

  /** Looks the figure up. */
  public Compared in(List<Map<String, Object>> metrics) {
    Optional<Map<String, Object>> found = Optional.empty();
    for (Map<String, Object> line : metrics) {
      if (event.equals(line.get("event")) && (at.isEmpty() || isAt(line))) {
        found = Optional.of(line);
      }
    }
    OptionalDouble value =
        found.map(line -> RunMetrics.number(line, metric)).orElse(OptionalDouble.empty());
    return new Compared(
        this,
        value.isPresent() ? OptionalDouble.of(factor * value.getAsDouble()) : value,
        found.map(line -> RunMetrics.number(line, "seconds")).orElse(OptionalDouble.empty()));
  }

  private boolean isAt(Map<String, Object> line) {
    String key = event.equals("log") ? "step" : "epoch";
    OptionalDouble place = RunMetrics.number(line, key);
    return place.isPresent() && Math.abs(place.getAsDouble() - at.getAsDouble()) < SAME;
  }
}
