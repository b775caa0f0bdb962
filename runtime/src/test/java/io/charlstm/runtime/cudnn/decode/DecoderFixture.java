package io.charlstm.runtime.cudnn.decode;

import io.charlstm.bindings.cuda.BlasCompute;
import io.charlstm.bindings.cuda.DeviceMemory;
import io.charlstm.bindings.cuda.PinnedMemory;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.ParameterSpec;
import io.charlstm.runtime.cudnn.CudnnWeightLayout;
import io.charlstm.runtime.cudnn.CudnnWeightLayout.Piece;
import io.charlstm.runtime.cudnn.CudnnWeightLayout.Placement;
import io.charlstm.testing.cuda.CudaUnderTest;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/**
 * Decoders over parameters that lie as scattered as cuDNN may lay them. What was wrong and what is
 * left open {@link io.charlstm.testing.cuda.OnCudaDouble} finds out.
 */
final class DecoderFixture implements AutoCloseable {
  private final Map<String, float[]> weights = new HashMap<>();
  private final NetworkConfig config;
  private final CudnnWeightLayout layout;
  private final DeviceUnderTest device;
  private final DeviceMemory block;

  DecoderFixture(NetworkConfig config, long seed) {
    this.config = config;
    CudaUnderTest.setSeed(0); // as late as the host's waits allow
    layout = new CudnnWeightLayout(config, new ScatteredSpace(config));
    device = new DeviceUnderTest();
    block = device.own(() -> DeviceMemory.allocate(layout.elements() * Float.BYTES, "parameters"));
    fill(seed);
  }

  /** Matrices and biases last to first, with gaps. */
  private record ScatteredSpace(NetworkConfig config) implements CudnnWeightLayout.WeightSpaces {
    private static final int GAP = 5;

    @Override
    public int count() {
      return 1;
    }

    @Override
    public long elements(int space) {
      return piece(0, 0, true).offset() + config.hiddenSize() + GAP;
    }

    @Override
    public Piece piece(int layer, int linearLayer, boolean bias) {
      long offset = GAP;
      for (int l = config.numLayers() - 1; l >= 0; l--) {
        for (int linear = LINEAR_LAYERS - 1; linear >= 0; linear--) {
          boolean own = l == layer && linear == linearLayer;
          int columns = linear < 4 ? config.inputSize(l) : config.hiddenSize();
          int matrix = config.hiddenSize() * columns;
          if (own && !bias) {
            return new Piece(offset, matrix);
          }
          offset += matrix + GAP;
          if (own) {
            return new Piece(offset, config.hiddenSize());
          }
          offset += config.hiddenSize() + GAP;
        }
      }
      throw new IllegalArgumentException("layer " + layer);
    }

    @Override
    public int space(int layer) {
      return 0;
    }
  }

  /** Random parameters, large enough that gates saturate now and then. */
  void fill(long seed) {
    Random random = new Random(seed);
    for (ParameterSpec spec : config.parameters()) {
      float[] values = new float[spec.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (random.nextGaussian() * 1.5 / Math.sqrt(spec.shape().getLast()));
      }
      weights.put(spec.name(), values);
    }
    write();
  }

  float[] get(String name) {
    return weights.get(name);
  }

  /** Writes the parameters, without waiting for the copies to be done. */
  void write() {
    device.thread.run(
        () -> {
          PinnedMemory staging = device.own(() -> PinnedMemory.allocate(block.byteSize(), "test"));
          MemorySegment host = staging.segment().fill((byte) -1);
          for (ParameterSpec spec : layout.specs()) {
            int from = 0;
            Placement placement = layout.placement(spec.name());
            for (Piece piece : placement.pieces()) {
              MemorySegment.copy(
                  weights.get(spec.name()),
                  from,
                  host,
                  ValueLayout.JAVA_FLOAT,
                  piece.offset() * Float.BYTES,
                  piece.elements());
              from += piece.elements();
            }
          }
          device.stream.copyToDevice(block.address(), host, block.byteSize());
        });
  }

  /** Writes the same parameters to another network. */
  void copyTo(Network network) {
    weights.forEach(network.parameters()::write);
  }

  /** With tensor cores allowed. */
  DecoderContext context(boolean graph) {
    return context(true, graph);
  }

  /** With products in float32 only. */
  DecoderContext exactContext() {
    return context(false, true);
  }

  private DecoderContext context(boolean tensorCores, boolean graph) {
    return new DecoderContext(
        device.thread,
        device.device,
        device::kernel,
        layout,
        block.address(),
        device.stream,
        device.blas,
        tensorCores,
        graph);
  }

  CudnnDecoder decoder(int streams) {
    return new CudnnDecoder(context(true), streams);
  }

  /** A decoder whose kernels and layout of the input are given. */
  CudnnDecoder decoder(int streams, boolean table, int streamsOfBlock) {
    DecodeShape shape = new DecodeShape(config, streams, table || config.oneHot());
    return new CudnnDecoder(context(true), DecodePlan.of(shape, streamsOfBlock));
  }

  /** A decoder with cuBLASLt's products. */
  CudnnDecoder matmulDecoder(int streams, BlasCompute compute) {
    DecodeShape shape = new DecodeShape(config, streams, true);
    return new CudnnDecoder(context(true), DecodePlan.matmul(shape, compute));
  }

  /** The same with tensor cores and without graphs. */
  CudnnDecoder eagerMatmulDecoder(int streams) {
    DecodeShape shape = new DecodeShape(config, streams, true);
    DecodePlan plan = DecodePlan.matmul(shape, BlasCompute.FLOAT_FAST_TF32);
    return new CudnnDecoder(context(false), plan);
  }

  @Override
  public void close() {
    device.close();
  }
}
