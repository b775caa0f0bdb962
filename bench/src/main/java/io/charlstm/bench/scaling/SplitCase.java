package io.charlstm.bench.scaling;

import io.charlstm.bench.peers.PeerShape;
import io.charlstm.runtime.onednn.CpuPrecision;
import io.charlstm.runtime.onednn.PlanSplit;
import io.charlstm.runtime.onednn.SplitModel;
import java.util.Locale;

/**
 * What is measured or estimated: a shape on some threads.
 *
 * @param name a preset's, or the shape's sizes
 * @param precision as the command line names it
 */
record SplitCase(String name, String precision, int threads) {

  PeerShape shape() {
    return PeerShape.parse(name);
  }

  CpuPrecision cpuPrecision() {
    return CpuPrecision.valueOf(precision.toUpperCase(Locale.ROOT));
  }

  SplitModel model() {
    PeerShape shape = shape();
    return SplitModel.ofTraining(shape.network(), shape.window(), shape.batch(), cpuPrecision());
  }

  /**
   * The split of a name, as much of it as the shape allows: {@code auto} is what the model chooses,
   * {@code batch} has a shard for each thread, and 4x2 has 4 shards of 2 slices.
   */
  PlanSplit split(String wanted) {
    return switch (wanted) {
      case "auto" -> model().choose(threads);
      case "batch" -> model().batchSplit(threads);
      default -> {
        String[] parts = wanted.split("x", -1);
        if (parts.length != 2) {
          throw new IllegalArgumentException("a split is auto, batch or SHARDSxSLICES: " + wanted);
        }
        PlanSplit split = new PlanSplit(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
        yield split.within(shape().batch(), shape().hidden());
      }
    };
  }

  /** Characters a second that the model estimates, without packing and update. */
  double estimate(PlanSplit split) {
    return 1e9 * shape().charactersPerStep() / model().windowNanos(split, threads);
  }
}
