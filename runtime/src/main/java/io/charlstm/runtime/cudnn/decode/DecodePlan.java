package io.charlstm.runtime.cudnn.decode;

import io.charlstm.bindings.cuda.BlasCompute;

/**
 * How a decoder computes a step: its memory, and the kernels of both kinds of products.
 *
 * @param compute arithmetic of the matrix library, where the products are its own
 */
record DecodePlan(DecodeShape shape, ProductPlan layers, ProductPlan output, BlasCompute compute) {
  // From here on tensor cores, with the launches of the library's products, are faster than our
  // kernels, which sum in float32 and in one order.
  private static final int LEAST_FOR_TENSOR_CORES = Integer.getInteger("charlstm.tmp.streams", 32);

  /**
   * The fastest one that the network's precision allows. With fp32 each stream has the same bits
   * whatever the number of streams; with others tensor cores are taken where there are many.
   */
  static DecodePlan choose(DecoderContext context, int streams) {
    DecodeShape shape = DecodeShape.of(context.layout().config(), streams);
    if (context.tensorCores() && streams >= LEAST_FOR_TENSOR_CORES && shape.inputTable()) {
      return matmul(shape, BlasCompute.FLOAT_FAST_TF32);
    }
    int multiprocessors = context.device().multiprocessors();
    return new DecodePlan(
        shape,
        ProductPlan.choose(shape.hidden(), streams, multiprocessors),
        ProductPlan.choose(shape.outputUnits(), streams, multiprocessors),
        BlasCompute.FLOAT_PEDANTIC);
  }

  /** With the kernels for blocks of a given number of streams. */
  static DecodePlan of(DecodeShape shape, int streamsOfBlock) {
    return new DecodePlan(
        shape,
        ProductPlan.of(streamsOfBlock, shape.hidden(), shape.streams()),
        ProductPlan.of(streamsOfBlock, shape.outputUnits(), shape.streams()),
        BlasCompute.FLOAT_PEDANTIC);
  }

  /** With cuBLASLt's products. */
  static DecodePlan matmul(DecodeShape shape, BlasCompute compute) {
    if (!shape.inputTable()) {
      throw new IllegalArgumentException("the input of the products has to be a table");
    }
    return new DecodePlan(
        shape.in(WeightOrder.ROWS),
        ProductPlan.finishing(shape.hidden(), shape.streams()),
        ProductPlan.finishing(shape.outputUnits(), shape.streams()),
        compute);
  }

  boolean isMatmul() {
    return shape.order() == WeightOrder.ROWS;
  }
}
