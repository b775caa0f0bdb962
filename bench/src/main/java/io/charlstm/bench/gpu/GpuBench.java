package io.charlstm.bench.gpu;

import io.charlstm.bindings.NativeException;
import io.charlstm.bindings.NativeLibraryException;
import io.charlstm.bindings.cuda.CudaStack;
import io.charlstm.runtime.Backend;
import io.charlstm.runtime.BackendOptions;
import io.charlstm.runtime.BackendUnavailableException;
import io.charlstm.runtime.Backends;
import io.charlstm.trainer.ThroughputBench;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;

/**
 * This engine beside PyTorch on one GPU, as tables in Markdown on standard output. Arguments: the
 * Python, the script, the seconds that each figure takes, and regular expressions for networks and
 * for precisions and variants, which leave out all others.
 */
public final class GpuBench {
  private static final List<String> PRECISIONS = List.of("fp32", "tf32", "fp16", "bf16");
  private static final int[] STREAMS = {1, 64, 1024};
  private static final double MEGA = 1e6;
  private static final double GIGA = 1e9;

  private final TorchScript torch;
  private final double seconds;

  private final List<GpuShape> shapes;
  private final List<String> precisions;
  private final List<String> variants;

  private GpuBench(TorchScript torch, double seconds, Pattern networks, Pattern arithmetic) {
    this.torch = torch;
    this.seconds = seconds;
    this.shapes =
        GpuShape.all().stream().filter(shape -> networks.matcher(shape.label()).find()).toList();
    this.precisions = PRECISIONS.stream().filter(arithmetic.asMatchPredicate()).toList();
    this.variants = TorchScript.TRAINING.stream().filter(arithmetic.asMatchPredicate()).toList();
  }

  /** Runs everything; ends with 2 where there is no GPU. */
  public static void main(String[] arguments) {
    if (!CudaStack.isAvailable()) {
      CudaStack.unavailableReasons().forEach(reason -> System.err.println("gpu-bench: " + reason));
      System.exit(2);
    }
    double seconds = Double.parseDouble(arguments[2]);
    try (Backend backend = Backends.create("cuda", 0)) {
      System.out.println("Device: " + backend.description() + "\n");
    }
    try (var torch = new TorchScript(arguments[0], arguments[1], seconds)) {
      var bench = new GpuBench(torch, seconds, pattern(arguments, 3), pattern(arguments, 4));
      bench.training();
      bench.sampling();
    }
  }

  private static Pattern pattern(String[] arguments, int index) {
    return Pattern.compile(index < arguments.length ? arguments[index] : ".*");
  }

  private void training() {
    System.out.println("Training, characters/s; least work of a step in operations and bytes.\n");
    header(List.of("network", "B", "GFLOP", "MB"), precisions, variants);
    for (GpuShape shape : shapes) {
      List<Double> ours = new ArrayList<>();
      for (String precision : precisions) {
        ours.add(ours(shape, precision, bench -> bench.train(seconds).charsPerSec()));
      }
      List<Double> theirs = new ArrayList<>();
      for (String variant : variants) {
        theirs.add(torch.speed("train", variant, shape.words()));
      }
      row(
          List.of(
              shape.name(),
              Long.toString(shape.batch()),
              figure(shape.trainingOperations() / GIGA),
              figure(shape.trainingBytes() / MEGA)),
          ours,
          theirs);
    }
  }

  private void sampling() {
    System.out.println("\nSampling, characters/s over all streams.\n");
    List<String> precision = List.of("tf32");
    Set<String> networks = new HashSet<>();
    header(List.of("network", "streams", "MFLOP", "MB"), precision, TorchScript.SAMPLING);
    for (GpuShape shape : shapes) {
      if (shape.hasDropout() || !networks.add(shape.name())) {
        continue; // the same network with other windows
      }
      for (int streams : STREAMS) {
        double ours = ours(shape, "tf32", bench -> bench.sample(seconds, streams).charsPerSec());
        List<String> words = new ArrayList<>(shape.words());
        words.addAll(List.of("--streams", Integer.toString(streams)));
        List<Double> theirs = new ArrayList<>();
        for (String variant : TorchScript.SAMPLING) {
          theirs.add(torch.speed("sample", variant, words));
        }
        row(
            List.of(
                shape.name(),
                Integer.toString(streams),
                figure(shape.samplingOperations(streams) / MEGA),
                figure(shape.samplingBytes() / MEGA)),
            List.of(ours),
            theirs);
      }
    }
  }

  private static double ours(
      GpuShape shape, String precision, ToDoubleFunction<ThroughputBench> work) {
    var options = new BackendOptions("cuda", 0, precision, "auto", true);
    try (Backend backend = Backends.create(options)) {
      return work.applyAsDouble(
          ThroughputBench.withDropout(backend, shape.config(), shape.vocabulary()));
    } catch (BackendUnavailableException
        | NativeException
        | NativeLibraryException
        | UnsupportedOperationException
        | IllegalArgumentException e) {
      System.err.println("charlstm, " + precision + ", " + shape.name() + ": " + e.getMessage());
      return Double.NaN;
    }
  }

  private static void header(List<String> sizes, List<String> ours, List<String> theirs) {
    List<String> titles = new ArrayList<>(sizes);
    ours.forEach(precision -> titles.add("charlstm " + precision));
    theirs.forEach(variant -> titles.add("torch " + variant));
    titles.add("best / best");
    System.out.println("| " + String.join(" | ", titles) + " |");
    System.out.println("|---".repeat(titles.size()) + "|");
  }

  private static void row(List<String> sizes, List<Double> ours, List<Double> theirs) {
    List<String> cells = new ArrayList<>(sizes);
    ours.forEach(speed -> cells.add(figure(speed)));
    theirs.forEach(speed -> cells.add(figure(speed)));
    cells.add(String.format(Locale.ROOT, "%.2f", best(ours) / best(theirs)));
    System.out.println("| " + String.join(" | ", cells) + " |");
  }

  private static double best(List<Double> speeds) {
    return speeds.stream()
        .filter(speed -> !speed.isNaN())
        .mapToDouble(speed -> speed)
        .max()
        .orElse(Double.NaN);
  }

  private static String figure(double value) {
    return Double.isNaN(value)
        ? "-"
        : String.format(Locale.ROOT, value < 100 ? "%,.1f" : "%,.0f", value);
  }
}
