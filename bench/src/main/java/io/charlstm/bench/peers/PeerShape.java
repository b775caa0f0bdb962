package io.charlstm.bench.peers;

import io.charlstm.runtime.NetworkConfig;
import io.charlstm.trainer.Presets;
import io.charlstm.trainer.RunConfig;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;

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

  /** The presets that engines are compared on. */
  public static final List<String> PRESETS =
      List.of("mxnet-r-shakespeare", "mxnet-obama", "flux-shakespeare", "tf-warpeace");

  private static final int NUMBERS = 6;

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

  /** A preset's name, or what {@link #text} gives. */
  public static PeerShape parse(String text) {
    if (!Character.isDigit(text.charAt(0))) {
      return ofPreset(text);
    }
    return of(PeerLoop.numbers(text));
  }

  /** The six numbers in the order of this record. */
  static PeerShape of(int[] n) {
    if (n.length != NUMBERS) {
      throw new IllegalArgumentException("a shape is HxLxExTxBxV, not " + Arrays.toString(n));
    }
    return new PeerShape(n[0], n[1], n[2], n[3], n[4], n[5]);
  }

  /** A configuration of this shape; the vocabulary is apart. */
  public RunConfig configuration() {
    return RunConfig.defaults()
        .withValues(
            Map.of(
                "hidden_size", (long) hidden,
                "num_layers", (long) layers,
                "embedding_size", (long) embedding,
                "seq_length", (long) window,
                "batch_size", (long) batch,
                "learning_rate", 1e-3,
                "clip_norm", 5.0));
  }

  /** The network of this shape. */
  public NetworkConfig network() {
    return NetworkConfig.of(vocabulary, embedding, hidden, layers);
  }

  /** The six numbers, such as {@code 96x3x64x100x32x65}. */
  public String text() {
    return String.format(
        Locale.ROOT, "%dx%dx%dx%dx%dx%d", hidden, layers, embedding, window, batch, vocabulary);
  }

  /** Columns of the first layer's input. */
  public int inputSize() {
    return embedding == 0 ? vocabulary : embedding;
  }

  /** Characters of a window of all lanes. */
  public int charactersPerStep() {
    return window * batch;
  }

  /** Tokens (T,B) drawn evenly. */
  public int[] randomTokens(long seed) {
    return new SplittableRandom(seed).ints(charactersPerStep(), 0, vocabulary).toArray();
  }
}
