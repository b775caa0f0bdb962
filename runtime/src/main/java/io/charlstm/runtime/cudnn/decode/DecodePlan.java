package io.charlstm.runtime.cudnn.decode;

import io.charlstm.bindings.cuda.BlasCompute;

/**
 * How a decoder computes a step: its memory, and the kernels of both kinds of products.
 *
 * @param compute arithmetic of the matrix library, where the products are its own
 */
record DecodePlan(DecodeShape shape, ProductPlan layers, ProductPlan output, BlasCompute compute) {
  // Multiplications of a step from which on tensor cores, with the launches of the library's
  // products, are faster than our kernels, which sum in float32 and in one order. On an H200 a step
  // of 3 x 512 took 45 and 45 us with 4 streams (ours, tensor cores), 54 and 47 with 16, 56 and 47
  // with 32, 67 and 55 with 64, 553 and 96 with 1024; of 2 x 128 18 and 25 with 32, 19 and 26 with
  // 64.
  private static final long LEAST_FOR_TENSOR_CORES = 128_000_000;

  /**
   * The fastest one that the network's precision allows. With fp32 each stream has the same bits
   * whatever the number of streams; with others tensor cores are taken where there are many.
   */
  static DecodePlan choose(DecoderContext context, int streams) {
    DecodeShape shape = DecodeShape.of(context.layout().config(), streams);
    boolean many = shape.streams() * shape.weights() >= LEAST_FOR_TENSOR_CORES;
    if (context.tensorCores() && many && shape.inputTable()) {
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
