package io.charlstm.bench.peers;

import io.charlstm.bench.peers.Contestant.Heat;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * This engine beside libtorch on the comparison presets: processes alternate within one run, so
 * that both see the same machine. Prints a Markdown table of medians, best runs and their ratios.
 *
 * <p>Arguments: rounds, seconds a run, threads.
 */
public final class PeerComparison {
  private static final List<String> PRESETS =
      List.of("mxnet-r-shakespeare", "mxnet-obama", "flux-shakespeare", "tf-warpeace");
  private static final int MANY_STREAMS = 64;

  private PeerComparison() {}

  public static void main(String[] args) {
    int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 3;
    double seconds = args.length > 1 ? Double.parseDouble(args[1]) : 10;
    int threads =
        args.length > 2 ? Integer.parseInt(args[2]) : Runtime.getRuntime().availableProcessors();
    System.out.printf(
        Locale.ROOT, "%d rounds of %.0f s, %d threads, characters/s%n%n", rounds, seconds, threads);
    System.out.println(
        "| what | charlstm median | best | libtorch median | best | ratio of medians | of bests |");
    System.out.println("|---|---|---|---|---|---|---|");
    for (String preset : PRESETS) {
      compare(new Heat(preset, "train", 1, threads, seconds), rounds);
    }
    for (String preset : PRESETS) {
      compare(new Heat(preset, "sample", 1, threads, seconds), rounds);
      compare(new Heat(preset, "sample", MANY_STREAMS, threads, seconds), rounds);
    }
  }

  private static void compare(Heat heat, int rounds) {
    double[] ours = new double[rounds];
    double[] theirs = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      ours[round] = Contestant.CHARLSTM.run(heat);
      theirs[round] = Contestant.LIBTORCH.run(heat);
    }
    Arrays.sort(ours);
    Arrays.sort(theirs);
    int last = rounds - 1;
    System.out.printf(
        Locale.ROOT,
        "| %s, %s%s | %,.0f | %,.0f | %,.0f | %,.0f | %.2f | %.2f |%n",
        heat.mode(),
        heat.preset(),
        heat.streams() > 1 ? ", " + heat.streams() + " streams" : "",
        median(ours),
        ours[last],
        median(theirs),
        theirs[last],
        median(ours) / median(theirs),
        ours[last] / theirs[last]);
  }

  private static double median(double[] sorted) {
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }
}
