package io.charlstm.runtime.onednn.decode;

import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.kernels.KernelSelection;
import java.util.List;

/** Decoders whose split of the work is forced. */
final class Decoders {
  private Decoders() {}

  static List<DecoderKernels> allKernels() {
    return KernelSelection.vectorAvailable()
        ? List.of(new PlainKernels(), DecoderKernelSelection.vector())
        : List.of(new PlainKernels());
  }

  static OneDnnDecoder forced(
      NetworkConfig config,
      DecoderKernels kernels,
      boolean table,
      RandomWeights weights,
      int workers,
      boolean shareUnits,
      int streams) {
    DecoderShape shape = new DecoderShape(config, kernels.lanes(), table);
    ThreadPolicy policy =
        new ThreadPolicy(workers) {
          @Override
          int workers(DecoderShape shape, int rows, int steps, WorkerTeam team) {
            return workers;
          }

          @Override
          boolean shareUnits(DecoderShape shape, int rows, int workers) {
            return shareUnits;
          }
        };
    return new OneDnnDecoder(shape, kernels, weights, policy, streams);
  }

  static float[] logits(OneDnnDecoder decoder, NetworkConfig config, int stream) {
    float[] logits = new float[config.vocabularySize()];
    decoder.readLogits(stream, logits);
    return logits;
  }
}
