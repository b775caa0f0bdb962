package io.charlstm.runtime.onednn.decode;

import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.kernels.KernelSelection;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Decoders whose split of the work is forced. */
final class Decoders {
  private Decoders() {}

  static List<DecoderKernels> allKernels() {
    return KernelSelection.vectorAvailable()
        ? List.of(new PlainDecoderKernels(), DecoderKernelSelection.vector())
        : List.of(new PlainDecoderKernels());
  }

  static OneDnnDecoder forced(
      NetworkConfig config,
      DecoderKernels kernels,
      WeightFormat format,
      boolean table,
      DecoderWeightsSource weights,
      int workers,
      boolean shareUnits,
      int streams) {
    return forced(
        config, kernels, format, table, weights, workers, shareUnits, streams, () -> true);
  }

  /** With plain loops until {@code compiled} says that the kernels are. */
  static OneDnnDecoder forced(
      NetworkConfig config,
      DecoderKernels kernels,
      WeightFormat format,
      boolean table,
      DecoderWeightsSource weights,
      int workers,
      boolean shareUnits,
      int streams,
      BooleanSupplier compiled) {
    DecoderShape shape = new DecoderShape(config, kernels.lanes(), table);
    PlanTuner fixed =
        new PlanTuner(shape, workers, streams) {
          @Override
          WorkPlan next() {
            return new WorkPlan(Math.min(workers, most(shape, shareUnits, streams)), shareUnits);
          }

          @Override
          WorkPlan best() {
            return next();
          }

          @Override
          void record(double nanosPerStep) {}
        };
    return new OneDnnDecoder(
        shape, kernels, format, weights, workers, streams, fixed, fixed, compiled);
  }

  private static int most(DecoderShape shape, boolean shareUnits, int streams) {
    return shareUnits || streams == 1 ? shape.groups() : streams;
  }

  static float[] logits(OneDnnDecoder decoder, NetworkConfig config, int stream) {
    float[] logits = new float[config.vocabularySize()];
    decoder.readLogits(stream, logits);
    return logits;
  }
}
