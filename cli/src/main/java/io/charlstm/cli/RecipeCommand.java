package io.charlstm.cli;

import io.charlstm.trainer.EndReason;
import io.charlstm.trainer.JsonLine;
import io.charlstm.trainer.StopSignal;
import io.charlstm.trainer.TrainingListener;
import io.charlstm.trainer.TrainingRequest;
import io.charlstm.trainer.recipe.Recipe;
import io.charlstm.trainer.recipe.RecipeFigure;
import io.charlstm.trainer.recipe.RecipeRun;
import io.charlstm.trainer.recipe.Recipes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code charlstm recipe}: a tutorial from its text to a report. */
@Command(
    addMethodSubcommands = false,
    name = "recipe",
    description = {
      "Runs a known tutorial: prepares its text, trains, scores, writes text, and leaves a report"
          + " (report.html) in the run folder. Without NAME: lists the recipes.",
      "SIGINT (Ctrl-C) or SIGTERM saves, then exits with 130; --resume goes on from there."
    })
final class RecipeCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(arity = "0..1", paramLabel = "NAME", description = "The recipe.")
  private String name;

  @Option(
      names = "--corpus",
      paramLabel = "SOURCE",
      description = "Text, as train takes it; may be repeated. Default: the tutorial's own.")
  private List<String> corpus = new ArrayList<>();

  @Option(
      names = "--run",
      paramLabel = "DIR",
      description = "Folder of the run (default: a new one, runs/<corpus>-<recipe>).")
  private Path run;

  @Option(names = "--resume", paramLabel = "RUN", description = "Goes on with this run.")
  private Path resume;

  @Option(
      names = "--device",
      paramLabel = "D",
      description = "auto (a GPU when one works, else the CPU), cpu, cuda, cuda:N or reference.")
  private String device;

  @Option(names = "--steps", paramLabel = "N", description = "End after so many updates.")
  private String steps;

  @Option(names = "--epochs", paramLabel = "N", description = "End after so many passes.")
  private String epochs;

  @Option(names = "--seconds", paramLabel = "S", description = "End after so much time.")
  private String seconds;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Sets any configuration key; may be repeated.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(names = "--json", description = "Prints one JSON object a line.")
  private boolean json;

  RecipeCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    if (name == null) {
      Recipes.names().forEach(this::list);
      return ExitCode.OK;
    }
    Recipe recipe = Recipes.load(name);
    var stop = new StopSignal();
    Interrupts.handle(stop::request);
    LogStyle style = recipe.speedometer() ? LogStyle.SPEEDOMETER : LogStyle.BAR;
    try (TrainingReport report = new TrainingReport(console, style)) {
      TrainingListener listener =
          ComputeOptions.explained(json ? new JsonEvents(console) : report, console);
      RecipeRun.Outcome outcome =
          new RecipeRun(recipe).run(request(recipe).withStop(stop), listener);
      print(outcome);
      return outcome.end().reason() == EndReason.INTERRUPTED ? ExitCode.INTERRUPTED : ExitCode.OK;
    }
  }

  private void list(String known) {
    Recipe recipe = Recipes.load(known);
    String text = recipe.corpus().orElse(json ? "" : "--corpus FILE");
    console
        .out()
        .println(
            json
                ? new JsonLine()
                    .put("name", known)
                    .put("description", recipe.description())
                    .put("corpus", text)
                    .finish()
                : String.format(Locale.ROOT, "%-20s %s (%s)", known, recipe.description(), text));
  }

  private TrainingRequest request(Recipe recipe) {
    if (resume != null) {
      if (run != null) {
        throw new UsageException("--resume RUN and --run name two runs; leave one out");
      }
      TrainingRequest request = TrainingRequest.resume(resume, overrides());
      return corpus.isEmpty() ? request : request.withCorpus(corpus);
    }
    List<String> sources = corpus.isEmpty() ? recipe.corpus().stream().toList() : corpus;
    if (sources.isEmpty()) {
      throw new UsageException(
          "recipe " + recipe.name() + " needs a text: --corpus FILE with " + recipe.corpusHint());
    }
    Path folder = run == null ? RunFolders.fresh(sources, recipe.name()) : run;
    return TrainingRequest.fresh(recipe.config().withOverrides(overrides()), sources, folder);
  }

  private Map<String, String> overrides() {
    Map<String, String> texts = new LinkedHashMap<>();
    put(texts, "device", device);
    put(texts, "steps", steps);
    put(texts, "epochs", epochs);
    put(texts, "seconds", seconds);
    texts.putAll(settings);
    return texts;
  }

  private static void put(Map<String, String> texts, String key, String value) {
    if (value != null) {
      texts.put(key, value);
    }
  }

  private void print(RecipeRun.Outcome outcome) {
    if (json) {
      console.out().println(object(outcome));
      return;
    }
    if (!outcome.sample().isEmpty()) {
      console.out().println(System.lineSeparator() + outcome.sample() + System.lineSeparator());
    }
    for (RecipeFigure.Compared found : outcome.figures()) {
      console
          .out()
          .println(
              String.format(
                  Locale.ROOT,
                  "%-60s tutorial %8.2f  here %s",
                  found.figure().name(),
                  found.figure().theirs(),
                  number(found.ours())));
    }
    console.err().println("report   " + outcome.report());
  }

  private static String number(OptionalDouble value) {
    return value.isPresent()
        ? String.format(Locale.ROOT, "%8.2f", value.getAsDouble())
        : "not reached";
  }

  private static String object(RecipeRun.Outcome outcome) {
    List<Map<String, Object>> figures = new ArrayList<>();
    for (RecipeFigure.Compared found : outcome.figures()) {
      Map<String, Object> figure = new LinkedHashMap<>();
      figure.put("name", found.figure().name());
      figure.put("tutorial", found.figure().theirs());
      figure.put("here", found.ours().orElse(Double.NaN));
      figures.add(figure);
    }
    return new JsonLine()
        .put("event", "recipe")
        .put("sample", outcome.sample())
        .put("figures", figures)
        .put("report", outcome.report().toString())
        .finish();
  }
}
