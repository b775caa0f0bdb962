package io.charlstm.cli;

import io.charlstm.trainer.EndReason;
import io.charlstm.trainer.RunConfig;
import io.charlstm.trainer.RunFolder;
import io.charlstm.trainer.StopSignal;
import io.charlstm.trainer.Trainer;
import io.charlstm.trainer.TrainingEvent;
import io.charlstm.trainer.TrainingListener;
import io.charlstm.trainer.TrainingRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code charlstm train}: trains a new run, or goes on with one. */
@Command(
    addMethodSubcommands = false,
    name = "train",
    description = {
      "Trains a model on a corpus and keeps what it learned in a run folder.",
      "SIGINT (Ctrl-C) or SIGTERM saves, then exits with 130; --resume goes on from there."
    })
final class TrainCommand implements Callable<Integer> {
  private static final String DEFAULT_CORPUS = "jdk";
  private static final String NEWEST = "";
  private static final String LOG_EVERY = "log_every";
  private static final String SPEEDOMETER_BATCHES = "20";

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

  @Option(
      names = "--log-style",
      paramLabel = "STYLE",
      defaultValue = "BAR",
      description = {
        "bar, or speedometer: MXNet's lines, every 20 batches unless log_every says otherwise"
            + " (default: bar)."
      })
  private LogStyle logStyle = LogStyle.BAR;

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
    try (TrainingReport report = new TrainingReport(console, logStyle)) {
      TrainingListener listener = json ? new JsonEvents(console) : report;
      TrainingEvent.End end = Trainer.train(request, ComputeOptions.explained(listener, console));
      return end.reason() == EndReason.INTERRUPTED ? ExitCode.INTERRUPTED : ExitCode.OK;
    }
  }

  private TrainingRequest request() {
    if (resume != null) {
      return resumption();
    }
    List<String> sources = corpus.isEmpty() ? List.of(DEFAULT_CORPUS) : corpus;
    Path folder = run == null ? RunFolders.fresh(sources, config.presetName()) : run;
    TrainingRequest request = TrainingRequest.fresh(logged(config.resolve()), sources, folder);
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
    Path folder = resumedFolder();
    Map<String, String> overrides = config.overrides();
    if (logStyle == LogStyle.SPEEDOMETER) {
      RunConfig logged = logged(RunFolder.readConfig(folder));
      overrides.putIfAbsent(LOG_EVERY, logged.get(LOG_EVERY).toString());
    }
    TrainingRequest request = TrainingRequest.resume(folder, overrides);
    return corpus.isEmpty() ? request : request.withCorpus(corpus);
  }

  /** With the log of steps that the style needs. */
  private RunConfig logged(RunConfig resolved) {
    boolean lacking = logStyle == LogStyle.SPEEDOMETER && resolved.get(LOG_EVERY).equals(0L);
    return lacking ? resolved.with(LOG_EVERY, SPEEDOMETER_BATCHES) : resolved;
  }

  private Path resumedFolder() {
    if (!resume.equals(NEWEST)) {
      return Path.of(resume);
    }
    return run == null ? RunFolders.newest() : run;
  }
}
