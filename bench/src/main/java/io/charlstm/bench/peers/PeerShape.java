package io.charlstm.bench.peers;

import java.util.Map;

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

  private static final Map<String, PeerShape> BY_PRESET =
      Map.of(
          "mxnet-r-shakespeare", new PeerShape(96, 3, 64, 100, 32, 65),
          "mxnet-obama", new PeerShape(512, 3, 256, 129, 32, 84),
          "flux-shakespeare", new PeerShape(128, 2, 0, 50, 50, 65),
          "tf-warpeace", new PeerShape(256, 2, 256, 100, 100, 83));

  public static PeerShape ofPreset(String preset) {
    PeerShape shape = BY_PRESET.get(preset);
    if (shape == null) {
      throw new IllegalArgumentException(
          "unknown preset " + preset + "; one of " + BY_PRESET.keySet());
    }
    return shape;
  }

  public int inputSize() {
    return embedding == 0 ? vocabulary : embedding;
  }
}
