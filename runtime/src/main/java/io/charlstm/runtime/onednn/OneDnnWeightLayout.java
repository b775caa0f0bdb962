package io.charlstm.runtime.onednn;

import io.charlstm.bindings.memory.NativeMemory;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.ParameterSpec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where each parameter lies in the flat float32 block of a network. LSTM weights are stored
 * transposed to PyTorch's, (in,4H) row-major, and {@code weight_ih} and {@code weight_hh} of a
 * layer follow each other without a gap, so that one matrix product serves [x_t, h_(t-1)].
 * Everything else has PyTorch's shape. Each tensor but {@code weight_hh} starts on a 64-byte
 * boundary; padding stays zero.
 *
 * <p>All offsets are in bytes from the start of the block. Parameters, gradients and each optimizer
 * moment have the same layout.
 */
public final class OneDnnWeightLayout {
  private final NetworkConfig config;
  private final List<ParameterSpec> specs;
  private final Map<String, Placement> placements = new LinkedHashMap<>();
  private final long bytes;

  /**
   * Place of one tensor.
   *
   * @param offset bytes from the start of the block
   * @param transposed whether it is stored as (columns,rows) of its canonical shape
   */
  public record Placement(ParameterSpec spec, long offset, boolean transposed) {}

  /**
   * Lays out the parameters of a network.
   *
   * @throws IllegalArgumentException if a tensor has 2^31 elements or more
   */
  public OneDnnWeightLayout(NetworkConfig config) {
    this.config = config;
    try {
      this.specs = config.parameters();
      long end = 0;
      for (ParameterSpec spec : specs) {
        end = place(spec, end);
      }
      this.bytes = roundUp(end);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("a network of this size is too large: " + config, e);
    }
  }

  private long place(ParameterSpec spec, long end) {
    boolean stacked = spec.name().startsWith("lstm.weight_hh");
    long offset = stacked ? end : roundUp(end);
    placements.put(spec.name(), new Placement(spec, offset, spec.name().startsWith("lstm.weight")));
    return Math.addExact(offset, Math.multiplyExact(4L, spec.size()));
  }

  private static long roundUp(long bytes) {
    return Math.addExact(bytes, NativeMemory.ALIGNMENT - 1)
        / NativeMemory.ALIGNMENT
        * NativeMemory.ALIGNMENT;
  }

  public NetworkConfig config() {
    return config;
  }

  public List<ParameterSpec> specs() {
    return specs;
  }

  /** Size of the block in bytes, a multiple of 64. */
  public long bytes() {
    return bytes;
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

  private long offset(String name) {
    return placement(name).offset();
  }

  /** (V,E); only with a learned embedding. */
  public long embedding() {
    return offset("embedding.weight");
  }

  /** (in,4H), followed by {@link #recurrentWeights} without a gap. */
  public long inputWeights(int layer) {
    return offset("lstm.weight_ih_l" + layer);
  }

  /** (H,4H). */
  public long recurrentWeights(int layer) {
    return offset("lstm.weight_hh_l" + layer);
  }

  /** (4H); the sum of both biases is what counts. */
  public long inputBias(int layer) {
    return offset("lstm.bias_ih_l" + layer);
  }

  /** (4H). */
  public long recurrentBias(int layer) {
    return offset("lstm.bias_hh_l" + layer);
  }

  /** (V,H); the embedding when it is tied. */
  public long outputWeights() {
    return config.tiedEmbedding() ? embedding() : offset("output.weight");
  }

  /** (V). */
  public long outputBias() {
    return offset("output.bias");
  }
}
