package io.charlstm.runtime.onednn.decode;

import io.charlstm.bindings.memory.NativeMemory;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.kernels.Floats;
import java.util.Arrays;

/**
 * A decoder's copy of the weights. W of each layer is a sequence of panels, one for each group of
 * units: a panel has a row for each input k, with the gates i, f, g, o of the group's units side by
 * side. So a thread that owns adjacent groups reads one contiguous stretch.
 *
 * <p>Everything of gate g is doubled, which is exact, so that all four gates go through one sigmoid
 * (tanh(x) = 2*sigmoid(2x) - 1).
 */
final class PackedWeights implements AutoCloseable {
  private static final int CANDIDATE_GATE = 2;

  private final DecoderShape shape;
  private final WeightFormat format;
  private final PanelProducts products;
  private final PanelProducts floats;
  private final NativeMemory memory;
  private final long[] recurrent;
  private final long[] input;
  private final long[] bias;
  private final long table;

  /** Null where there is no table, or one of columns of W_ih, which is written whole. */
  private final InputTable embeddingTable;

  private float[] embedding = {};
  private final long head;
  private final long headBias;

  PackedWeights(DecoderShape shape, DecoderKernels kernels, WeightFormat format) {
    this.shape = shape;
    this.format = format;
    products = kernels.products(format);
    floats = kernels.products(WeightFormat.FLOAT32);
    int layers = shape.layers();
    // Not huge pages: reading 20 MB over and over from the third-level cache was a fifth slower.
    memory = NativeMemory.allocate(bytes());
    recurrent = new long[layers];
    input = new long[layers];
    bias = new long[layers];
    for (int layer = 0; layer < layers; layer++) {
      recurrent[layer] = memory.carve(gateBytes(shape.hidden()));
      input[layer] = memory.carve(gateBytes(shape.inputRows(layer)));
      bias[layer] = carve(shape.gates());
    }
    table = carve(tableSize(shape));
    head = carve((long) shape.paddedVocabulary() * shape.hidden());
    headBias = carve(shape.paddedVocabulary());
    embeddingTable =
        shape.inputTable() && !shape.config().oneHot()
            ? new InputTable(shape, table, bias[0])
            : null;
  }

  /** Bytes of W of a layer with {@code k} inputs. */
  private long gateBytes(int k) {
    return k == 0 ? 0 : shape.groups() * products.panelBytes(k);
  }

  private long bytes() {
    long sum = 0;
    for (int layer = 0; layer < shape.layers(); layer++) {
      sum += NativeMemory.floatBlockBytes(gateBytes(shape.hidden()) / Float.BYTES);
      sum += NativeMemory.floatBlockBytes(gateBytes(shape.inputRows(layer)) / Float.BYTES);
      sum += NativeMemory.floatBlockBytes(shape.gates());
    }
    sum += NativeMemory.floatBlockBytes(tableSize(shape));
    sum += NativeMemory.floatBlockBytes((long) shape.paddedVocabulary() * shape.hidden());
    return sum + NativeMemory.floatBlockBytes(shape.paddedVocabulary());
  }

  private static long tableSize(DecoderShape shape) {
    return shape.inputTable() ? (long) shape.vocabulary() * shape.gates() : 0;
  }

  private long carve(long count) {
    return memory.carve(4 * count);
  }

  /** Format of W_ih and W_hh. */
  WeightFormat format() {
    return format;
  }

  /** Bytes of all weights. */
  long byteSize() {
    return memory.byteSize();
  }

  /** Address of layer's W_hh: panels of H rows. */
  long recurrent(int layer) {
    return recurrent[layer];
  }

  /** Address of layer's W_ih: panels of {@link DecoderShape#inputRows} rows. */
  long input(int layer) {
    return input[layer];
  }

  /** Address of what joins the gates of a layer after the products: (gates), both biases. */
  long addend(int layer, int token) {
    if (layer == 0 && embeddingTable != null) {
      return embeddingTable.row(token);
    }
    return layer == 0 && shape.inputTable() ? table + 4L * token * shape.gates() : bias[layer];
  }

  /** The embedding (V,E), where there is no input table. */
  float[] embedding() {
    return embedding;
  }

  /** Address of the output weights: panels of H rows. */
  long head() {
    return head;
  }

  /** Address of the output bias; minus infinity beyond V. */
  long headBias() {
    return headBias;
  }

  /** Reads and packs all weights. */
  void refresh(DecoderWeightsSource source) {
    NetworkConfig config = shape.config();
    int v = config.vocabularySize();
    int h = config.hiddenSize();
    float[] embeddings = config.oneHot() ? null : new float[v * config.embeddingSize()];
    if (embeddings != null) {
      source.read("embedding.weight", embeddings);
    }
    for (int layer = 0; layer < config.numLayers(); layer++) {
      refreshLayer(source, layer);
    }
    refreshInput(source, embeddings);
    float[] output = config.tiedEmbedding() ? embeddings : new float[v * h];
    if (!config.tiedEmbedding()) {
      source.read("output.weight", output);
    }
    packHead(output);
    float[] outputBias = new float[v];
    source.read("output.bias", outputBias);
    float[] padded = Arrays.copyOf(outputBias, shape.paddedVocabulary());
    Arrays.fill(padded, v, padded.length, Float.NEGATIVE_INFINITY);
    Floats.write(headBias, padded, 0, padded.length);
  }

  private void refreshLayer(DecoderWeightsSource source, int layer) {
    int h = shape.hidden();
    float[] weights = new float[4 * h * h];
    source.read("lstm.weight_hh_l" + layer, weights);
    packGates(products, weights, h, recurrent[layer]);
    if (layer > 0) {
      source.read("lstm.weight_ih_l" + layer, weights);
      packGates(products, weights, h, input[layer]);
    }
    float[] first = new float[4 * h];
    float[] second = new float[4 * h];
    source.read("lstm.bias_ih_l" + layer, first);
    source.read("lstm.bias_hh_l" + layer, second);
    for (int i = 0; i < first.length; i++) {
      first[i] += second[i];
    }
    packGates(floats, first, 1, bias[layer]);
  }

  private void refreshInput(DecoderWeightsSource source, float[] embeddings) {
    int width = shape.config().inputSize(0);
    float[] weights = new float[Math.multiplyExact(4 * shape.hidden(), width)];
    source.read("lstm.weight_ih_l0", weights);
    if (!shape.inputTable()) {
      packGates(products, weights, width, input[0]);
      embedding = embeddings;
    } else if (embeddings == null) {
      oneHotTable(weights);
    } else {
      packGates(floats, weights, width, embeddingTable.reset(embeddings));
    }
  }

  // table[v] = b + column v of W_ih
  private void oneHotTable(float[] weights) {
    int v = shape.vocabulary();
    int panel = shape.panel();
    float[] row = new float[shape.gates()];
    float[] biases = new float[shape.gates()];
    Floats.read(bias[0], biases, 0, biases.length);
    for (int token = 0; token < v; token++) {
      for (int column = 0; column < row.length; column++) {
        int gateRow = gateRow(column / panel, column % panel);
        float w = gateRow < 0 ? 0 : weights[gateRow * v + token] * scale(column % panel);
        row[column] = w + biases[column];
      }
      Floats.write(table + 4L * token * row.length, row, 0, row.length);
    }
  }

  /** Packs a (4H,width) tensor into panels of {@code width} rows. */
  private void packGates(PanelProducts format, float[] weights, int width, long to) {
    int panel = shape.panel();
    float[] packed = new float[panel * width];
    for (int group = 0; group < shape.groups(); group++) {
      for (int column = 0; column < panel; column++) {
        packColumn(weights, width, gateRow(group, column), scale(column), packed, column);
      }
      format.encode(packed, width, to + group * format.panelBytes(width));
    }
  }

  /** Row of a (4H,...) tensor that a column of a group's panel holds; -1 = padding. */
  private int gateRow(int group, int column) {
    int unit = group * shape.lanes() + column % shape.lanes();
    return unit < shape.hidden() ? column / shape.lanes() * shape.hidden() + unit : -1;
  }

  private float scale(int column) {
    return column / shape.lanes() == CANDIDATE_GATE ? 2 : 1;
  }

  /** Packs a (V,H) tensor into panels of H rows. */
  private void packHead(float[] weights) {
    int panel = shape.panel();
    float[] packed = new float[panel * shape.hidden()];
    for (int p = 0; p < shape.headPanels(); p++) {
      for (int column = 0; column < panel; column++) {
        int token = p * panel + column;
        int row = token < shape.vocabulary() ? token : -1;
        packColumn(weights, shape.hidden(), row, 1, packed, column);
      }
      floats.encode(packed, shape.hidden(), head + p * floats.panelBytes(shape.hidden()));
    }
  }

  private void packColumn(
      float[] weights, int width, int row, float scale, float[] packed, int column) {
    int panel = shape.panel();
    for (int k = 0; k < width; k++) {
      packed[k * panel + column] = row < 0 ? 0 : weights[row * width + k] * scale;
    }
  }

  @Override
  public void close() {
    try (memory) {
      if (embeddingTable != null) {
        embeddingTable.close();
      }
    }
  }
}
