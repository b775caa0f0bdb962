package io.charlstm.trainer.recipe;

import io.charlstm.trainer.ConfigKey;
import io.charlstm.trainer.EndReason;
import io.charlstm.trainer.RunConfig;
import io.charlstm.trainer.RunMetrics;
import io.charlstm.trainer.TrainingEvent.End;
import io.charlstm.trainer.TrainingEvent.Start;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** A run as one HTML page that needs nothing else: curve, figures, samples, settings, speed. */
final class RunReport {
  private static final int MOST_SAMPLES = 12;
  private static final String TRAIN_COLOUR = "#2f6fde";
  private static final String VALID_COLOUR = "#d9480f";
  private static final String PROBE_COLOUR = "#2b8a3e";

  /**
   * What a report is about.
   *
   * @param recipe the tutorial
   * @param start of the run, or of its last part
   * @param end of the same
   * @param metrics of the whole run
   * @param sample what the recipe had the model write; empty when it did not come to that
   */
  record Content(
      Recipe recipe, Start start, End end, List<Map<String, Object>> metrics, String sample) {}

  private final Content content;
  private final Markup html = new Markup();

  private RunReport(Content content) {
    this.content = content;
  }

  /** The page. */
  static String html(Content content) {
    RunReport report = new RunReport(content);
    report.page();
    return report.html.toString();
  }

  private void page() {
    Recipe recipe = content.recipe();
    html.raw("<!DOCTYPE html>\n").open("html", "lang", "en").open("head");
    html.empty("meta", "charset", "utf-8");
    html.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    html.element("title", recipe.name() + ": report of a run");
    html.raw("<style>" + ReportStyle.CSS + "</style>\n").close();
    html.open("body").open("main");
    html.element("h1", recipe.name()).element("p", recipe.description(), "class", "lead");
    tiles();
    figures();
    curve();
    if (!content.sample().isEmpty()) {
      html.element("h2", "What it writes");
      html.element("p", recipe.sample().description(), "class", "note");
      html.element("pre", content.sample(), "class", "sample");
    }
    samples();
    run();
    network();
    settings();
    html.close().close().close();
  }

  private void tiles() {
    End end = content.end();
    html.open("div", "class", "tiles");
    tile(duration(end.seconds()), "trained in all");
    tile(
        String.format(Locale.ROOT, "%,d", end.step()),
        String.format(Locale.ROOT, "steps, %.2f epochs", end.epoch()));
    tile(String.format(Locale.ROOT, "%,.0f", end.charsPerSec()), "characters a second");
    if (Double.isNaN(end.validLoss())) {
      tile(loss(end.trainLoss()), "training, nats a character");
    } else {
      tile(loss(end.validLoss()), "validation, nats a character");
      tile(String.format(Locale.ROOT, "%.3f", Math.exp(end.validLoss())), "perplexity");
    }
    html.close();
    html.element("p", ending(end.reason()), "class", "note");
  }

  private static String ending(EndReason reason) {
    return switch (reason) {
      case STEPS -> "It ended after the steps it was given.";
      case EPOCHS -> "It ended after the epochs it was given.";
      case SECONDS -> "It ended after the time it was given.";
      case EARLY_STOPPING -> "It ended early: evaluations had stopped improving.";
      case INTERRUPTED -> "It was interrupted, and can go on.";
    };
  }

  private void tile(String value, String what) {
    html.open("div", "class", "tile").element("b", value).element("span", what).close();
  }

  private void figures() {
    List<RecipeFigure> figures = content.recipe().figures();
    if (figures.isEmpty()) {
      return;
    }
    html.element("h2", "The tutorial's figures beside ours");
    html.open("table").open("thead");
    row("th", "figure, as the tutorial defines it", "tutorial", "here", "seconds");
    html.close().open("tbody");
    for (RecipeFigure figure : figures) {
      RecipeFigure.Compared found = figure.in(content.metrics());
      row(
          "td",
          figure.name(),
          String.format(Locale.ROOT, "%.2f", figure.theirs()),
          found.ours().isPresent()
              ? String.format(Locale.ROOT, "%.2f", found.ours().getAsDouble())
              : "not reached",
          found.seconds().isPresent()
              ? String.format(Locale.ROOT, "%.0f", found.seconds().getAsDouble())
              : "");
    }
    html.close().close();
  }

  private void row(String cell, String first, String... others) {
    html.open("tr").element(cell, first);
    for (String other : others) {
      html.element(cell, other, "class", "number");
    }
    html.close();
  }

  private void curve() {
    Curve train = new Curve("training", TRAIN_COLOUR);
    Curve valid = new Curve("validation", VALID_COLOUR);
    Curve probe = new Curve("probed window", PROBE_COLOUR);
    boolean logged =
        content.metrics().stream().filter(line -> "log".equals(line.get("event"))).count() > 1;
    for (Map<String, Object> line : content.metrics()) {
      if ((logged ? "log" : "eval").equals(line.get("event"))) {
        add(train, line, "train_loss");
      }
      if ("eval".equals(line.get("event"))) {
        add(valid, line, "valid_loss");
        add(probe, line, "probe_loss");
      }
    }
    List<Curve> curves = List.of(train, valid, probe);
    if (curves.stream().anyMatch(curve -> !curve.points().isEmpty())) {
      html.element("h2", "Loss");
      html.raw(CurveDrawing.svg(curves, "training steps", "nats a character"));
    }
  }

  private static void add(Curve curve, Map<String, Object> line, String metric) {
    OptionalDouble step = RunMetrics.number(line, "step");
    OptionalDouble value = RunMetrics.number(line, metric);
    if (step.isPresent() && value.isPresent()) {
      curve.add(step.getAsDouble(), value.getAsDouble());
    }
  }

  private void samples() {
    List<Map<String, Object>> written = new ArrayList<>();
    for (Map<String, Object> line : content.metrics()) {
      if (line.get("sample") instanceof String text && !text.isBlank()) {
        written.add(line);
      }
    }
    if (written.isEmpty()) {
      return;
    }
    html.element("h2", "As it learned");
    int shown = Math.min(MOST_SAMPLES, written.size());
    for (int i = 0; i < shown; i++) {
      // The first, the last, and others evenly between.
      int index =
          shown == 1 ? 0 : (int) Math.round((double) i * (written.size() - 1) / (shown - 1));
      Map<String, Object> line = written.get(index);
      String heading =
          String.format(
              Locale.ROOT,
              "step %,d, epoch %.2f, loss %s",
              (long) RunMetrics.number(line, "step").orElse(0),
              RunMetrics.number(line, "epoch").orElse(0),
              loss(RunMetrics.number(line, "train_loss").orElse(Double.NaN)));
      html.element("h3", heading).element("pre", (String) line.get("sample"));
    }
  }

  private void run() {
    Start start = content.start();
    html.element("h2", "The run").open("table").open("tbody");
    entry("folder", start.run().toString());
    entry("device", start.backend() + ", " + start.precision());
    entry("corpus", start.corpus());
    entry(
        "split",
        String.format(
            Locale.ROOT,
            "%,d characters to train on, %,d to validate, %,d for a test",
            start.trainTokens(),
            start.validTokens(),
            start.testTokens()));
    entry(
        "windows",
        String.format(
            Locale.ROOT,
            "%s of at most %s characters, %,d windows an epoch (%s)",
            start.config().get("batch_size"),
            start.config().get("seq_length"),
            start.windowsPerEpoch(),
            start.config().get("batching")));
    entry("parameters", String.format(Locale.ROOT, "%,d", start.parameters()));
    entry("checkpoint", content.end().checkpoint().toString());
    html.close().close();
  }

  private void network() {
    Start start = content.start();
    html.element("h2", "Network").open("div", "class", "drawing");
    html.raw(
        NetworkDrawing.svg(
            start.config().network(start.vocabularySize()), content.recipe().name()));
    html.close();
  }

  /** What differs from the defaults, and all of it folded away. */
  private void settings() {
    RunConfig config = content.start().config();
    html.element("h2", "Settings").open("table").open("tbody");
    for (ConfigKey key : RunConfig.keys()) {
      if (!config.get(key.name()).equals(key.defaultValue())) {
        entry(key.name(), value(config, key) + "  (" + key.description() + ")");
      }
    }
    html.close().close();
    html.open("details").element("summary", "every value, as in config.toml");
    html.element("pre", config.toToml()).close();
  }

  private static String value(RunConfig config, ConfigKey key) {
    String text = config.get(key.name()).toString();
    return text.chars().anyMatch(Character::isISOControl)
        ? String.format(Locale.ROOT, "U+%04X", (int) text.charAt(0))
        : text;
  }

  private void entry(String name, String value) {
    html.open("tr").element("th", name).element("td", value).close();
  }

  private static String duration(double seconds) {
    long whole = Math.round(seconds);
    return whole < 3600
        ? String.format(Locale.ROOT, "%d:%02d min", whole / 60, whole % 60)
        : String.format(Locale.ROOT, "%d:%02d h", whole / 3600, whole % 3600 / 60);
  }

  private static String loss(double loss) {
    return Double.isNaN(loss) ? "–" : String.format(Locale.ROOT, "%.4f", loss);
  }
}
