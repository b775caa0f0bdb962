package io.charlstm.cli;

import io.charlstm.runtime.Backend;
import io.charlstm.trainer.Presets;
import io.charlstm.trainer.RunConfig;
import io.charlstm.trainer.SpeedReport;
import io.charlstm.trainer.ThroughputBench;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code charlstm bench}: how fast a preset runs here. */
@Command(
    addMethodSubcommands = false,
    name = "bench",
    description = {
      "Measures training (full steps: forward, loss, backward, clip, Adam) or sampling (the complete"
          + " sampler) on tokens drawn at random.",
      "The speed is the median over windows of half a second, after a warm-up."
    })
final class BenchCommand implements Callable<Integer> {
  /** What is measured. */
  enum Mode {
    TRAIN,
    SAMPLE
  }

  private static final int MOST_STREAMS = 1 << 16;
  private static final int MOST_TOKENS = Character.MAX_CODE_POINT + 1;
  private static final double LONGEST_SECONDS = 86_400;

  private final Console console;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      defaultValue = Presets.DEFAULT,
      completionCandidates = ConfigOptions.PresetNames.class,
      description = "Shape: ${COMPLETION-CANDIDATES} (default: small).")
  private String preset;

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      defaultValue = "TRAIN",
      description = "train or sample (default: train).")
  private Mode mode;

  @Option(
      names = "--streams",
      paramLabel = "N",
      defaultValue = "1",
      description = "Texts sampled at once (default: 1).")
  private int streams;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "10",
      description = "Time to measure, after the warm-up (default: 10).")
  private double seconds;

  @Option(
      names = "--vocabulary",
      paramLabel = "N",
      defaultValue = "0",
      description = "Size of the vocabulary; 0 = that of the preset's text (default: 0).")
  private int vocabulary;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Sets any configuration key; may be repeated.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(
      names = "--dropout",
      description = "Keeps the preset's dropout (default: none, so that figures compare).")
  private boolean dropout;

  @Mixin private ComputeOptions compute = new ComputeOptions();

  @Option(names = "--json", description = "Prints one JSON object.")
  private boolean json;

  BenchCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    requireRange("--streams", streams, 1, MOST_STREAMS);
    requireRange("--vocabulary", vocabulary, 0, MOST_TOKENS);
    if (!(seconds > 0 && seconds <= LONGEST_SECONDS)) {
      throw new UsageException("--seconds must be above 0 and at most 86400: " + seconds);
    }
    RunConfig config = Presets.load(preset).withOverrides(settings);
    int tokens = vocabulary > 0 ? vocabulary : Presets.typicalVocabulary(preset);
    try (Backend backend = compute.open()) {
      var bench =
          dropout
              ? ThroughputBench.withDropout(backend, config, tokens)
              : new ThroughputBench(backend, config, tokens);
      compute.explain(console);
      SpeedReport report =
          mode == Mode.TRAIN ? bench.train(seconds) : bench.sample(seconds, streams);
      double peakMebibytes = ProcessMemory.peakMebibytes();
      console.out().println(json ? report.toJson(preset, peakMebibytes) : text(report));
    }
    return ExitCode.OK;
  }

  private static void requireRange(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw new UsageException(option + " must be from " + least + " to " + most + ": " + value);
    }
  }

  private String text(SpeedReport report) {
    return String.format(
        Locale.ROOT,
        "%s %s on %s, %s: %,.0f chars/s (windows: %,.0f to %,.0f), %.3f ms a step; %,d parameters, peak"
            + " memory %.0f MiB",
        preset,
        report.mode(),
        report.backend(),
        report.precision(),
        report.charsPerSec(),
        report.slowest(),
        report.fastest(),
        report.stepMillis(),
        report.parameters(),
        ProcessMemory.peakMebibytes());
  }
}
