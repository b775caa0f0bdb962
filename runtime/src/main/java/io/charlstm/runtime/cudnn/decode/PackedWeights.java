package io.charlstm.runtime.cudnn.decode;

import io.charlstm.bindings.cuda.CudaStream;
import io.charlstm.bindings.cuda.Kernel;
import io.charlstm.bindings.cuda.KernelCall;
import io.charlstm.runtime.cudnn.DeviceBuffers;

/** The decoder's copy of the weights, in the order that its kernels read them in. */
final class PackedWeights {
  private static final int THREADS = 256;
  private static final int MOST_BLOCKS = 4096;
  private static final int BY_ROW = -1;

  private final DecodeShape shape;
  private final DecoderContext context;
  private final DeviceBuffers.Block[] layers;
  private final DeviceBuffers.Block[] bases;
  private final DeviceBuffers.Block embedding;
  private final DeviceBuffers.Block output;
  private final DeviceBuffers.Block outputBias;
  private final Kernel pack;
  private final Kernel pad;
  private final Kernel base;

  /** Announces its memory. */
  PackedWeights(DecodeShape shape, DecoderContext context, DeviceBuffers buffers) {
    this.shape = shape;
    this.context = context;
    layers = new DeviceBuffers.Block[shape.layers()];
    bases = new DeviceBuffers.Block[shape.layers()];
    for (int layer = 0; layer < layers.length; layer++) {
      layers[layer] = buffers.add("weights of a layer", shape.layerWeights(layer), Float.BYTES);
      bases[layer] = buffers.add("biases of a layer", shape.base(layer), Float.BYTES);
    }
    embedding = buffers.add("embedding", shape.embedding(), Float.BYTES);
    output = buffers.add("weights of the output", shape.outputWeights(), Float.BYTES);
    outputBias = buffers.add("bias of the output", shape.vocabulary(), Float.BYTES);
    pack = context.kernels().apply("charlstm_decode_pack");
    pad = context.kernels().apply("charlstm_decode_pad");
    base = context.kernels().apply("charlstm_decode_base");
  }

  long layer(int layer) {
    return layers[layer].address();
  }

  /** Biases (H,4), or a table (V,H,4) that holds the input's product as well. */
  long base(int layer) {
    return bases[layer].address();
  }

  /** The padded embedding; 0 when the table stands for it. */
  long embedding() {
    return embedding.address();
  }

  long output() {
    return output.address();
  }

  long outputBias() {
    return outputBias.address();
  }

  /** Queues the packing of the parameters as they are when the stream comes to it. */
  void refresh(CudaStream stream) {
    for (int layer = 0; layer < shape.layers(); layer++) {
      zero(stream, layers[layer]);
      for (int gate = 0; gate < DecodeShape.UNIT; gate++) {
        packGate(stream, layer, gate);
      }
    }
    if (!shape.inputTable()) {
      zero(stream, embedding);
      int width = shape.config().embeddingSize();
      try (KernelCall call =
          pad.call(
              context.address(context.layout().embedding()),
              embedding.address(),
              shape.vocabulary(),
              width,
              shape.embeddingStride())) {
        launch(stream, call, (long) shape.vocabulary() * width);
      }
    }
    zero(stream, output);
    long weight = context.address(context.layout().outputWeight());
    pack(
        stream,
        weight,
        output,
        shape.vocabulary(),
        shape.hidden(),
        shape.hiddenChunks(),
        0,
        BY_ROW);
    long bias = context.address(context.layout().outputBias());
    stream.copyOnDevice(outputBias.address(), bias, outputBias.bytes());
  }

  private void packGate(CudaStream stream, int layer, int gate) {
    int hidden = shape.hidden();
    int chunks = shape.chunks(layer);
    int inputChunks = shape.inputChunks(layer);
    int inputs = shape.config().inputSize(layer);
    long inputWeights = context.gate("lstm.weight_ih_l" + layer, gate);
    if (inputChunks > 0) {
      pack(stream, inputWeights, layers[layer], hidden, inputs, chunks, 0, gate);
    }
    long hiddenWeights = context.gate("lstm.weight_hh_l" + layer, gate);
    pack(stream, hiddenWeights, layers[layer], hidden, hidden, chunks, inputChunks, gate);
    boolean table = layer == 0 && shape.inputTable();
    boolean embedded = table && !shape.config().oneHot();
    try (KernelCall call =
        base.call(
            embedded ? context.address(context.layout().embedding()) : 0L,
            table ? inputWeights : 0L,
            context.gate("lstm.bias_ih_l" + layer, gate),
            context.gate("lstm.bias_hh_l" + layer, gate),
            bases[layer].address(),
            shape.baseRows(layer),
            inputs,
            hidden,
            gate)) {
      launch(stream, call, shape.base(layer) / DecodeShape.UNIT);
    }
  }

  private void pack(
      CudaStream stream,
      long matrix,
      DeviceBuffers.Block packed,
      int rows,
      int columns,
      int chunks,
      int firstChunk,
      int gate) {
    try (KernelCall call =
        pack.call(
            matrix,
            packed.address(),
            rows,
            columns,
            chunks,
            firstChunk,
            gate,
            shape.order().chunkStride(),
            shape.order().rowStride(chunks))) {
      launch(stream, call, (long) rows * columns);
    }
  }

  private static void zero(CudaStream stream, DeviceBuffers.Block block) {
    stream.fill(block.address(), 0, block.bytes());
  }

  private static void launch(CudaStream stream, KernelCall call, long elements) {
    call.launch(stream, (int) Math.min(MOST_BLOCKS, Math.ceilDiv(elements, THREADS)), THREADS);
  }
}
