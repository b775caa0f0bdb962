package io.charlstm.runtime.cudnn;

import io.charlstm.bindings.cuda.CudnnHandle;
import io.charlstm.bindings.cuda.DeviceMemory;
import io.charlstm.bindings.cuda.LstmDescriptor;
import io.charlstm.bindings.cuda.LstmSpec;
import io.charlstm.bindings.cuda.RnnAlgorithm;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.cudnn.CudnnWeightLayout.Piece;
import io.charlstm.runtime.cudnn.CudnnWeightLayout.WeightSpaces;
import io.charlstm.runtime.ownership.Resources;
import java.util.ArrayList;
import java.util.List;

/**
 * The LSTM layers of a network as cuDNN descriptors: one for all layers, or one a layer where
 * dropout lies between them. cuDNN's own dropout is never used: our masks are the same on every
 * backend and need no hidden state on the device.
 */
final class LstmStack implements AutoCloseable, WeightSpaces {
  private final Resources resources = new Resources();
  private final CudnnHandle handle;
  private final NetworkConfig config;
  private final int bytesPerElement;
  private final List<LstmSpec> specs = new ArrayList<>();
  private final List<LstmDescriptor> descriptors = new ArrayList<>();
  private final long[] spaceBytes;
  private final List<Piece[]> pieces;

  LstmStack(CudnnHandle handle, NetworkConfig config, Precision precision, RnnAlgorithm algorithm) {
    this.handle = handle;
    this.config = config;
    this.bytesPerElement = precision.bytes();
    int parts = isSplit(config) ? config.numLayers() : 1;
    try {
      spaceBytes = new long[parts];
      for (int part = 0; part < parts; part++) {
        LstmSpec spec =
            new LstmSpec(
                algorithm,
                precision.dataType(),
                precision.mathType(),
                config.inputSize(part),
                config.hiddenSize(),
                config.numLayers() / parts);
        specs.add(spec);
        descriptors.add(resources.own(LstmDescriptor.create(spec)));
        spaceBytes[part] = descriptors.get(part).weightSpaceBytes(handle);
      }
      pieces = askForPieces();
    } catch (RuntimeException | Error e) {
      resources.abandon(e);
      throw e;
    }
  }

  /** Whether each layer has a descriptor of its own. */
  static boolean isSplit(NetworkConfig config) {
    return config.dropout() > 0 && config.numLayers() > 1;
  }

  // The offsets follow from the descriptor, but cuDNN tells them only for a weight space that
  // exists, as addresses in it.
  private List<Piece[]> askForPieces() {
    List<Piece[]> all = new ArrayList<>();
    for (int part = 0; part < count(); part++) {
      try (DeviceMemory space =
          DeviceMemory.allocate(spaceBytes[part], "a weight space to ask cuDNN about")) {
        for (int layer = 0; layer < specs.get(part).numLayers(); layer++) {
          all.add(askForLayer(part, layer, space.address()));
        }
      }
    }
    return all;
  }

  private Piece[] askForLayer(int part, int layer, long base) {
    Piece[] found = new Piece[2 * LINEAR_LAYERS];
    LstmDescriptor descriptor = descriptors.get(part);
    for (int linear = 0; linear < LINEAR_LAYERS; linear++) {
      found[linear] = piece(descriptor.matrix(handle, layer, linear, spaceBytes[part], base));
      found[LINEAR_LAYERS + linear] =
          piece(descriptor.bias(handle, layer, linear, spaceBytes[part], base));
    }
    return found;
  }

  private Piece piece(LstmDescriptor.WeightParam param) {
    return new Piece(
        param.offsetBytes() / bytesPerElement,
        Math.toIntExact(Math.multiplyExact(param.rows(), param.columns())));
  }

  @Override
  public int count() {
    return descriptors.size();
  }

  @Override
  public long elements(int space) {
    return spaceBytes[space] / bytesPerElement;
  }

  @Override
  public Piece piece(int layer, int linearLayer, boolean bias) {
    return pieces.get(layer)[linearLayer + (bias ? LINEAR_LAYERS : 0)];
  }

  @Override
  public int space(int layer) {
    return count() == 1 ? 0 : layer;
  }

  /** Whether a network laid out by the other stack can be computed by this one. */
  boolean hasLayoutOf(LstmStack other) {
    if (count() != other.count()) {
      return false;
    }
    for (int space = 0; space < count(); space++) {
      if (spaceBytes[space] != other.spaceBytes[space]) {
        return false;
      }
    }
    for (int layer = 0; layer < pieces.size(); layer++) {
      if (!List.of(pieces.get(layer)).equals(List.of(other.pieces.get(layer)))) {
        return false;
      }
    }
    return true;
  }

  /** Compiles what the algorithm compiles for a batch size. */
  void prepare(int batchSize) {
    if (algorithm() == RnnAlgorithm.PERSIST_DYNAMIC) {
      for (LstmDescriptor descriptor : descriptors) {
        descriptor.buildDynamic(handle, batchSize);
      }
    }
  }

  NetworkConfig config() {
    return config;
  }

  CudnnHandle handle() {
    return handle;
  }

  /** Bytes of weight space {@code space}, as cuDNN wants to be told. */
  long spaceBytes(int space) {
    return spaceBytes[space];
  }

  /** First layer of part {@code part}. */
  int firstLayer(int part) {
    return count() == 1 ? 0 : part;
  }

  LstmSpec spec(int part) {
    return specs.get(part);
  }

  LstmDescriptor descriptor(int part) {
    return descriptors.get(part);
  }

  RnnAlgorithm algorithm() {
    return specs.getFirst().algorithm();
  }

  @Override
  public void close() {
    resources.close();
  }
}
