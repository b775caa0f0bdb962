package io.charlstm.bench.peers;

import io.charlstm.runtime.NetworkConfig;
import io.charlstm.trainer.Presets;
import io.charlstm.trainer.RunConfig;

/**
 * The shapes that peers are compared on, as in the presets of the same name.
 *
 * @param hidden H
 * @param layers L
 * @param embedding E; 0 = one-hot
 * @param window T
 * @param batch B
 * @param vocabulary V
 */
public record PeerShape(
    int hidden, int layers, int embedding, int window, int batch, int vocabulary) {

  /**
   * The shape of a preset, with the vocabulary of the text it was made for.
   *
   * @throws io.charlstm.trainer.ConfigException if there is no such preset
   */
  public static PeerShape ofPreset(String preset) {
    RunConfig config = Presets.load(preset);
    NetworkConfig network = config.network(Presets.typicalVocabulary(preset));
    return new PeerShape(
        network.hiddenSize(),
        network.numLayers(),
        network.embeddingSize(),
        config.seqLength(),
        config.batchSize(),
        network.vocabularySize());
  }

  public int inputSize() {
    return embedding == 0 ? vocabulary : embedding;
  }
}
