package io.charlstm.bench.phases;

import io.charlstm.bench.ChildJvm;
import io.charlstm.bench.TrainingRig;
import io.charlstm.bench.peers.PeerShape;
import io.charlstm.runtime.Backend;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which matrix products one training step executes: oneDNN itself says so in its verbose mode, in a
 * process of its own. So nothing is counted that the engine avoids, and nothing is left out that it
 * gives to oneDNN.
 */
final class ProductTrace {
  private static final int WARM = 2;

  private ProductTrace() {}

  /** Products of one step and how often each is executed, on all threads together. */
  static Map<Product, Long> ofStep(String shape, String precision, int threads) {
    Map<Product, Long> warm = run(shape, precision, threads, WARM);
    Map<Product, Long> oneMore = run(shape, precision, threads, WARM + 1);
    Map<Product, Long> step = new LinkedHashMap<>();
    oneMore.forEach(
        (product, count) -> {
          long more = count - warm.getOrDefault(product, 0L);
          if (more > 0) {
            step.put(product, more);
          }
        });
    return step;
  }

  private static Map<Product, Long> run(String shape, String precision, int threads, int steps) {
    List<String> output =
        ChildJvm.of(ProductTrace.class)
            .arguments(shape, precision, Integer.toString(threads), Integer.toString(steps))
            .environment("ONEDNN_VERBOSE", "profile_exec")
            .run();
    Map<Product, Long> counts = new LinkedHashMap<>();
    for (String line : output) {
      Product.parse(line).ifPresent(product -> counts.merge(product, 1L, Long::sum));
    }
    if (counts.isEmpty()) {
      throw new IllegalStateException("oneDNN reported no products; is its verbose mode built in?");
    }
    return counts;
  }

  /** Arguments: shape, precision, threads, steps. */
  public static void main(String[] arguments) {
    try (Backend backend = StepProfile.backend(arguments[1], Integer.parseInt(arguments[2]));
        TrainingRig rig = new TrainingRig(backend, PeerShape.parse(arguments[0]))) {
      for (int i = 0; i < Integer.parseInt(arguments[3]); i++) {
        rig.step();
      }
    }
  }
}
