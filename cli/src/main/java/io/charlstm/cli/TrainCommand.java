package io.charlstm.cli;

import io.charlstm.trainer.EndReason;
import io.charlstm.trainer.EventJson;
import io.charlstm.trainer.StopSignal;
import io.charlstm.trainer.Trainer;
import io.charlstm.trainer.TrainingEvent;
import io.charlstm.trainer.TrainingListener;
import io.charlstm.trainer.TrainingRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code charlstm train}: trains a new run, or goes on with one. */
@Command(
    name = "train",
    description = {
      "Trains a model on a corpus and keeps what it learned in a run folder.",
      "SIGINT (Ctrl-C) or SIGTERM saves, then exits with 130; --resume goes on from there."
    })
final class TrainCommand implements Callable<Integer> {
  private static final String DEFAULT_CORPUS = "jdk";
  private static final String NEWEST = "";

  private final Console console;

  @Option(
      names = "--corpus",
      paramLabel = "SOURCE",
      description = {
        "Text file, folder, zip, - (standard input) or dataset (see: charlstm data list).",
        "May be repeated. Default: jdk, Java sources that come with the JDK."
      })
  private List<String> corpus = new ArrayList<>();

  @Option(
      names = "--run",
      paramLabel = "DIR",
      description = "Folder of the run (default: a new one, runs/<corpus>-<preset>).")
  private Path run;

  @Mixin private ConfigOptions config = new ConfigOptions();

  @Option(
      names = "--resume",
      arity = "0..1",
      fallbackValue = NEWEST,
      paramLabel = "RUN",
      description = "Goes on with this run (without RUN: with --run, or the newest).")
  private String resume;

  @Option(
      names = "--init-from",
      paramLabel = "MODEL",
      description = "Starts a new run from the weights of a run or model file.")
  private Path initFrom;

  @Option(names = "--json", description = "Prints one JSON object a line.")
  private boolean json;

  TrainCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    var stop = new StopSignal();
    Interrupts.handle(stop::request);
    TrainingRequest request = request().withStop(stop);
    try (TrainingReport report = new TrainingReport(console)) {
      TrainingListener listener = json ? this::printJson : report;
      TrainingEvent.End end = Trainer.train(request, explained(listener));
      return end.reason() == EndReason.INTERRUPTED ? ExitCode.INTERRUPTED : ExitCode.OK;
    }
  }

  /** Says, before the first event, why {@code auto} is not a GPU. */
  private TrainingListener explained(TrainingListener listener) {
    return event -> {
      if (event instanceof TrainingEvent.Start start) {
        ComputeOptions.explain(start.config().device(), console);
      }
      listener.on(event);
    };
  }

  private TrainingRequest request() {
    if (resume != null) {
      return resumption();
    }
    List<String> sources = corpus.isEmpty() ? List.of(DEFAULT_CORPUS) : corpus;
    Path folder = run == null ? RunFolders.fresh(sources, config.presetName()) : run;
    TrainingRequest request = TrainingRequest.fresh(config.resolve(), sources, folder);
    return initFrom == null ? request : request.withInitFrom(initFrom);
  }

  private TrainingRequest resumption() {
    if (config.namesBase() || initFrom != null) {
      throw new UsageException(
          "--resume goes on with the run's own configuration; leave out --preset, --config and"
              + " --init-from, and change keys with --set");
    }
    if (!resume.equals(NEWEST) && run != null) {
      throw new UsageException("--resume RUN and --run name two runs; leave one out");
    }
    TrainingRequest request = TrainingRequest.resume(resumedFolder(), config.overrides());
    return corpus.isEmpty() ? request : request.withCorpus(corpus);
  }

  private Path resumedFolder() {
    if (!resume.equals(NEWEST)) {
      return Path.of(resume);
    }
    return run == null ? RunFolders.newest() : run;
  }

  private void printJson(TrainingEvent event) {
    switch (event) {
      case TrainingEvent.Progress _ -> {}
      case TrainingEvent.Warning warning ->
          console.err().println("charlstm: warning: " + warning.message());
      default -> {
        console.out().println(EventJson.line(event));
        console.out().flush();
      }
    }
  }
}
