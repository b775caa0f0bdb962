package io.charlstm.bindings.cuda;

import java.util.Objects;

/**
 * What kind of LSTM: unidirectional, two bias vectors per gate, no projection, no dropout.
 *
 * @param dataType of weights, inputs and outputs; the short types are computed in single precision
 * @param inputSize E, the width of x
 * @param hiddenSize H
 * @param numLayers L
 */
public record LstmSpec(
    RnnAlgorithm algorithm,
    CudnnDataType dataType,
    CudnnMathType mathType,
    int inputSize,
    int hiddenSize,
    int numLayers) {

  public LstmSpec {
    Objects.requireNonNull(algorithm, "algorithm");
    Objects.requireNonNull(dataType, "dataType");
    Objects.requireNonNull(mathType, "mathType");
  }
}
