package io.charlstm.bench.phases;

import io.charlstm.bench.TrainingRig;
import io.charlstm.bench.peers.PeerShape;
import io.charlstm.runtime.onednn.CpuPrecision;
import io.charlstm.runtime.onednn.OneDnnBackend;
import io.charlstm.runtime.onednn.PhaseClock;
import io.charlstm.runtime.onednn.PhaseClock.Phase;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Profile of one shape, in a process of its own: time of a step with and without the phase clock in
 * alternating windows, then each of its matrix products alone, then the peak. Prints {@code
 * key=value} lines, times in nanoseconds.
 *
 * <p>Arguments: shape, precision, threads, seconds.
 */
public final class StepProfile {
  private static final double WINDOW_SECONDS = 0.5;
  private static final double WARM_UP_SECONDS = 3;
  private static final double PRODUCT_SECONDS = 0.1;

  private final PeerShape shape;
  private final TrainingRig rig;
  private final OneDnnBackend backend;
  private final PhaseClock clock = new PhaseClock();
  private final List<Double> plain = new ArrayList<>();
  private long steps;
  private double bestTimed = Double.POSITIVE_INFINITY;
  private final Map<Phase, Double> phases = new EnumMap<>(Phase.class);

  private StepProfile(OneDnnBackend backend, PeerShape shape) {
    this.backend = backend;
    this.shape = shape;
    this.rig = new TrainingRig(backend, shape);
  }

  /** Threads and precision as the command line names it. */
  static OneDnnBackend backend(String precision, int threads) {
    return new OneDnnBackend(threads, CpuPrecision.valueOf(precision.toUpperCase(Locale.ROOT)));
  }

  /** Profiles, and prints the lines. */
  public static void main(String[] arguments) {
    PeerShape shape = PeerShape.parse(arguments[0]);
    String precision = arguments[1];
    int threads = Integer.parseInt(arguments[2]);
    double seconds = Double.parseDouble(arguments[3]);
    try (OneDnnBackend backend = backend(precision, threads)) {
      StepProfile profile = new StepProfile(backend, shape);
      profile.measure(seconds);
      profile.rig.close();
      profile.print();
    }
    printProducts(arguments[0], precision, threads);
    for (Map.Entry<String, Double> peak : Peak.measure(precision, threads).entrySet()) {
      print("peak|" + peak.getKey(), peak.getValue());
    }
  }

  private void measure(double seconds) {
    runFor(WARM_UP_SECONDS / 2);
    backend.timePhases(clock);
    runFor(WARM_UP_SECONDS / 2);
    long end = System.nanoTime() + (long) (seconds * 1e9);
    do {
      backend.timePhases(null);
      plain.add(runFor(WINDOW_SECONDS));
      backend.timePhases(clock);
      clock.reset();
      double timed = runFor(WINDOW_SECONDS);
      if (timed < bestTimed) {
        bestTimed = timed;
        keepPhases();
      }
    } while (System.nanoTime() < end);
    Collections.sort(plain);
  }

  /** Nanoseconds a step. */
  private double runFor(double seconds) {
    long start = System.nanoTime();
    long end = start + (long) (seconds * 1e9);
    steps = 0;
    long now;
    do {
      rig.step();
      steps++;
      now = System.nanoTime();
    } while (now < end);
    return (double) (now - start) / steps;
  }

  private void keepPhases() {
    for (Phase phase : Phase.values()) {
      phases.put(phase, (double) clock.nanos(phase) / steps);
    }
  }

  private void print() {
    print("characters", shape.charactersPerStep());
    print("step|best", plain.getFirst());
    print("step|median", plain.get(plain.size() / 2));
    print("step|timed", bestTimed);
    phases.forEach((phase, nanos) -> print("phase|" + phase, nanos));
  }

  private static void printProducts(String shape, String precision, int threads) {
    ProductTimer timer = new ProductTimer(threads, PRODUCT_SECONDS);
    ProductPhases owners = new ProductPhases(PeerShape.parse(shape), threads);
    ProductTrace.ofStep(shape, precision, threads)
        .forEach(
            (product, count) -> {
              String key = "product|" + owners.of(product) + "|" + product.label() + "|" + count;
              print(key + "|" + (long) product.flops(), timer.nanos(product));
            });
  }

  private static void print(String key, double value) {
    System.out.printf(Locale.ROOT, "%s=%.1f%n", key, value);
  }
}
