package io.charlstm.bench.footprint;

import com.sun.management.ThreadMXBean;
import io.charlstm.bench.peers.PeerShape;
import io.charlstm.runtime.Backend;
import io.charlstm.runtime.BackendOptions;
import io.charlstm.runtime.Backends;
import io.charlstm.trainer.ThroughputBench;
import io.charlstm.trainer.Workload;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Trains or samples for a while after a warm-up, and prints as {@code key=value} lines what the JVM
 * counted in the measured span, and the peak of the resident memory in bytes.
 *
 * <p>Arguments: {@code train}, {@code sample}, {@code loaded} (oneDNN is, and nothing runs) or
 * {@code idle}, preset, precision, threads, seconds.
 */
public final class SteadyRun {
  private static final double WARM_UP_SECONDS = 5;

  private SteadyRun() {}

  /** Runs and prints. */
  public static void main(String[] arguments) throws IOException {
    PeerShape shape = PeerShape.parse(arguments[1]);
    BackendOptions options =
        new BackendOptions("cpu", Integer.parseInt(arguments[3]), arguments[2], "auto", true);
    try (Backend backend = Backends.create(options)) {
      if (arguments[0].equals("loaded")) {
        // Asks oneDNN for its version, so it is there.
        var _ = backend.description();
      } else if (!arguments[0].equals("idle")) {
        boolean training = arguments[0].equals("train");
        run(shape, backend, training, Double.parseDouble(arguments[4]));
      }
    }
    print("rss", peakResidentBytes());
  }

  private static void run(PeerShape shape, Backend backend, boolean training, double seconds) {
    ThroughputBench bench = new ThroughputBench(backend, shape.configuration(), shape.vocabulary());
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (Workload workload = training ? bench.training() : bench.sampling(1)) {
      var _ = calls(workload, WARM_UP_SECONDS);
      long collectionsBefore = collections();
      long bytesBefore = threads.getTotalThreadAllocatedBytes();
      long start = System.nanoTime();
      long calls = calls(workload, seconds);
      print("seconds", (System.nanoTime() - start) * 1e-9);
      print("bytes", (double) threads.getTotalThreadAllocatedBytes() - bytesBefore);
      print("collections", (double) collections() - collectionsBefore);
      print("collectionsBefore", (double) collectionsBefore);
      print("calls", (double) calls);
    }
    if (training) {
      print("tensors", tensorBytes(backend, shape));
    }
  }

  private static long calls(Workload workload, double seconds) {
    long end = System.nanoTime() + (long) (seconds * 1e9);
    long calls = 0;
    do {
      var _ = workload.run();
      calls++;
    } while (System.nanoTime() < end);
    return calls;
  }

  private static long collections() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionCount)
        .sum();
  }

  /** Of what the workload held, made again: parameters, gradients, Adam's moments, the plan. */
  private static double tensorBytes(Backend backend, PeerShape shape) {
    try (var network = backend.createNetwork(shape.network());
        var plan = network.createTrainingPlan(shape.window(), shape.batch())) {
      return 4.0 * Float.BYTES * network.config().parameterCount() + plan.memoryBytes();
    }
  }

  /** As Linux counts it; not a number elsewhere. */
  private static double peakResidentBytes() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.isReadable(status)) {
      return Double.NaN;
    }
    try (Stream<String> lines = Files.lines(status)) {
      return lines
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToDouble(line -> 1024 * Double.parseDouble(line.replaceAll("[^0-9]", "")))
          .findFirst()
          .orElse(Double.NaN);
    }
  }

  private static void print(String key, double value) {
    System.out.printf(Locale.ROOT, "%s=%.3f%n", key, value);
  }
}
