package io.charlstm.runtime.cudnn;

import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.ParameterSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where each parameter lies in a network's flat block: [embedding | LSTM weight space(s) |
 * output.weight | output.bias]. Offsets and sizes are in elements, so they hold for the float32
 * block as for its 16-bit copy. A section starts on a multiple of {@link #ALIGNMENT} elements; gaps
 * stay zero. Inside of a weight space cuDNN decides; it is asked, gate by gate.
 *
 * <p>Gates are i, f, g, o, cuDNN's order of linear layers 0 to 3 (input) and 4 to 7 (recurrent);
 * matrices are row-major (H,in), so a tensor of PyTorch is its four pieces one after the other.
 */
public final class CudnnWeightLayout {
  /** Elements; 256 bytes in 16 bits too, as cudaMalloc aligns. */
  public static final long ALIGNMENT = 128;

  private static final int GATES = 4;

  private final NetworkConfig config;
  private final List<ParameterSpec> specs;
  private final Map<String, Placement> placements = new LinkedHashMap<>();
  private final long[] spaces;
  private final long lstmEnd;
  private final long elements;

  /** What a stack of LSTM descriptors says of its weight spaces. */
  public interface WeightSpaces {
    /** Matrices, and biases, of a layer: of four gates on the input and on h. */
    int LINEAR_LAYERS = 8;

    /** Number of weight spaces: 1, or one for each layer. */
    int count();

    /** Size of a weight space in elements. */
    long elements(int space);

    /**
     * Place of one gate's matrix or bias.
     *
     * @param linearLayer 0 to 3 input gates, 4 to 7 recurrent ones
     * @param bias whether its bias is meant, or its matrix
     * @return elements from the start of weight space {@code space(layer)}
     */
    Piece piece(int layer, int linearLayer, boolean bias);

    /** The weight space that holds a layer. */
    int space(int layer);
  }

  /**
   * A run of elements.
   *
   * @param offset of the first
   * @param elements how many
   */
  public record Piece(long offset, int elements) {}

  /** Where a tensor's elements are, in row-major order. */
  public record Placement(ParameterSpec spec, List<Piece> pieces) {
    public Placement {
      pieces = List.copyOf(pieces);
    }
  }

  /**
   * Lays out the parameters of a network.
   *
   * @throws IllegalArgumentException if a tensor has 2^31 elements or more
   */
  public CudnnWeightLayout(NetworkConfig config, WeightSpaces lstm) {
    this.config = config;
    try {
      this.specs = config.parameters();
      long end = 0;
      if (!config.oneHot()) {
        end = place("embedding.weight", end);
      }
      this.spaces = new long[lstm.count()];
      for (int i = 0; i < spaces.length; i++) {
        spaces[i] = end;
        end = roundUp(Math.addExact(end, lstm.elements(i)));
      }
      this.lstmEnd = end;
      for (int layer = 0; layer < config.numLayers(); layer++) {
        placeLayer(layer, lstm);
      }
      if (!config.tiedEmbedding()) {
        end = place("output.weight", end);
      }
      this.elements = place("output.bias", end);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("a network of this size is too large: " + config, e);
    }
  }

  private long place(String name, long offset) {
    ParameterSpec spec = spec(name);
    placements.put(name, new Placement(spec, List.of(new Piece(offset, spec.size()))));
    return roundUp(Math.addExact(offset, spec.size()));
  }

  private void placeLayer(int layer, WeightSpaces lstm) {
    long space = spaces[lstm.space(layer)];
    placeGates("lstm.weight_ih_l" + layer, space, lstm, layer, 0, false);
    placeGates("lstm.weight_hh_l" + layer, space, lstm, layer, GATES, false);
    placeGates("lstm.bias_ih_l" + layer, space, lstm, layer, 0, true);
    placeGates("lstm.bias_hh_l" + layer, space, lstm, layer, GATES, true);
  }

  private void placeGates(
      String name, long space, WeightSpaces lstm, int layer, int firstLinear, boolean bias) {
    ParameterSpec spec = spec(name);
    List<Piece> pieces = new ArrayList<>();
    int total = 0;
    for (int gate = 0; gate < GATES; gate++) {
      Piece piece = lstm.piece(layer, firstLinear + gate, bias);
      pieces.add(new Piece(space + piece.offset(), piece.elements()));
      total += piece.elements();
    }
    if (total != spec.size()) {
      throw new IllegalStateException(
          name + " has " + spec.size() + " elements, cuDNN has place for " + total);
    }
    placements.put(name, new Placement(spec, pieces));
  }

  private ParameterSpec spec(String name) {
    return specs.stream().filter(spec -> spec.name().equals(name)).findFirst().orElseThrow();
  }

  private static long roundUp(long count) {
    return Math.addExact(count, ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  public NetworkConfig config() {
    return config;
  }

  public List<ParameterSpec> specs() {
    return specs;
  }

  /** Elements of the whole block, a multiple of {@link #ALIGNMENT}. */
  public long elements() {
    return elements;
  }

  /**
   * Place of a tensor by PyTorch's name.
   *
   * @throws IllegalArgumentException if the network has no such tensor
   */
  public Placement placement(String name) {
    Placement placement = placements.get(name);
    if (placement == null) {
      throw new IllegalArgumentException("no parameter named " + name);
    }
    return placement;
  }

  /** (V,E); only with a learned embedding. */
  public long embedding() {
    return start("embedding.weight");
  }

  /** Start of a weight space. */
  public long weightSpace(int space) {
    return spaces[space];
  }

  /** Elements from the first weight space to the end of the last one. */
  public long lstmElements() {
    return lstmEnd - spaces[0];
  }

  /** (V,H); the embedding when it is tied. */
  public long outputWeight() {
    return config.tiedEmbedding() ? embedding() : start("output.weight");
  }

  /** (V). */
  public long outputBias() {
    return start("output.bias");
  }

  private long start(String name) {
    return placement(name).pieces().getFirst().offset();
  }
}
