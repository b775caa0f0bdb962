package io.charlstm.bench.scaling;

import io.charlstm.bench.TrainingRig;
import io.charlstm.runtime.onednn.OneDnnBackend;
import io.charlstm.runtime.onednn.PlanSplit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.SequencedSet;

/**
 * Measures full training steps of one shape under some splits, in a process of its own. The splits
 * take turns, since a machine is now faster, now slower. Prints {@code SPLIT=characters a second},
 * a line for each window.
 *
 * <p>Arguments: shape, precision, threads, rounds, seconds of a window, splits.
 */
public final class ScalingRun {
  private static final double WARM_UP_SECONDS = 2;

  private final int characters;
  private final SequencedSet<PlanSplit> splits = new LinkedHashSet<>();
  private final List<TrainingRig> rigs = new ArrayList<>();

  private ScalingRun(OneDnnBackend backend, SplitCase sizes, List<String> wanted) {
    characters = sizes.shape().charactersPerStep();
    wanted.forEach(name -> splits.add(sizes.split(name)));
    for (PlanSplit split : splits) {
      backend.forceSplit(split);
      rigs.add(new TrainingRig(backend, sizes.shape()));
    }
  }

  /** Measures, and prints the lines. */
  public static void main(String[] arguments) {
    SplitCase sizes = new SplitCase(arguments[0], arguments[1], Integer.parseInt(arguments[2]));
    int rounds = Integer.parseInt(arguments[3]);
    double seconds = Double.parseDouble(arguments[4]);
    List<String> wanted = List.of(arguments).subList(5, arguments.length);
    try (OneDnnBackend backend = new OneDnnBackend(sizes.threads(), sizes.cpuPrecision())) {
      new ScalingRun(backend, sizes, wanted).measure(rounds, seconds);
    }
  }

  private void measure(int rounds, double seconds) {
    rigs.forEach(rig -> run(rig, WARM_UP_SECONDS));
    for (int round = 0; round < rounds; round++) {
      int index = 0;
      for (PlanSplit split : splits) {
        double speed = run(rigs.get(index), seconds);
        System.out.printf(Locale.ROOT, "%s=%.1f%n", split, speed);
        index++;
      }
    }
    rigs.forEach(TrainingRig::close);
  }

  /** Characters a second. */
  private double run(TrainingRig rig, double seconds) {
    long start = System.nanoTime();
    long steps = 0;
    double elapsed;
    do {
      rig.step();
      steps++;
      elapsed = (System.nanoTime() - start) * 1e-9;
    } while (elapsed < seconds);
    return steps * characters / elapsed;
  }
}
