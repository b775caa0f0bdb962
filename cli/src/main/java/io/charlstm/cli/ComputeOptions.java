package io.charlstm.cli;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.BackendOptions;
import io.charlstm.runtime.Backends;
import io.charlstm.trainer.TrainingEvent;
import io.charlstm.trainer.TrainingListener;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** Where a model computes, and how. */
final class ComputeOptions {
  private static final Pattern NUMBERED_GPU = Pattern.compile("cuda:[0-9]{1,3}");

  @Option(
      names = "--device",
      paramLabel = "D",
      defaultValue = "auto",
      description =
          "auto (a GPU when one works, else the CPU), cpu, cuda, cuda:N or reference (default:"
              + " auto).")
  private String device;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "0",
      description = "Computing threads; 0 = all cores (default: 0).")
  private int threads;

  @Option(
      names = "--precision",
      paramLabel = "P",
      defaultValue = "auto",
      completionCandidates = Precisions.class,
      description = {
        "${COMPLETION-CANDIDATES} (default: auto: tf32 on a GPU that has it, else fp32).",
        "On a CPU fp32, bf16 and int8: how sample and evaluate round the weights; training takes"
            + " fp32 or bf16."
      })
  private String precision;

  @Option(
      names = "--rnn-algo",
      paramLabel = "A",
      defaultValue = "auto",
      completionCandidates = RnnAlgorithms.class,
      description = "Of a GPU, cuDNN's LSTM: ${COMPLETION-CANDIDATES} (default: auto, measured).")
  private String rnnAlgorithm;

  @Option(names = "--no-graph", description = "Of a GPU: replays nothing as CUDA graphs.")
  private boolean noGraph;

  /** Opens the backend asked for; the caller closes it. */
  Backend open() {
    if (!Backends.DEVICES.contains(device) && !NUMBERED_GPU.matcher(device).matches()) {
      throw new UsageException(
          "unknown device '" + device + "'; devices are " + String.join(", ", Backends.DEVICES));
    }
    if (threads < 0) {
      throw new UsageException("--threads must not be negative: " + threads);
    }
    requireOneOf("--precision", precision, BackendOptions.PRECISIONS);
    requireOneOf("--rnn-algo", rnnAlgorithm, BackendOptions.RNN_ALGORITHMS);
    return Backends.create(new BackendOptions(device, threads, precision, rnnAlgorithm, !noGraph));
  }

  /**
   * Says why {@code auto} is not a GPU, if so; to be called when nothing can be refused any more.
   */
  void explain(Console console) {
    explain(device, console);
  }

  /** As {@link #explain(Console)}, for a device that a configuration names. */
  static void explain(String device, Console console) {
    if (device.equals("auto")) {
      Backends.autoReason()
          .ifPresent(reason -> console.err().println("charlstm: computes on the CPU: " + reason));
    }
  }

  /** Says, before the first event of a training, why {@code auto} is not a GPU. */
  static TrainingListener explained(TrainingListener listener, Console console) {
    return event -> {
      if (event instanceof TrainingEvent.Start start) {
        explain(start.config().device(), console);
      }
      listener.on(event);
    };
  }

  private static void requireOneOf(String option, String word, List<String> words) {
    if (!words.contains(word)) {
      throw new UsageException(
          option + " must be one of " + String.join(", ", words) + ", not '" + word + "'");
    }
  }

  /** For the help text and shell completion. */
  static final class Precisions implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return BackendOptions.PRECISIONS.iterator();
    }
  }

  /** For the help text and shell completion. */
  static final class RnnAlgorithms implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return BackendOptions.RNN_ALGORITHMS.iterator();
    }
  }
}
