package io.charlstm.runtime.cudnn;

import io.charlstm.bindings.cuda.BlasCompute;
import io.charlstm.bindings.cuda.BlasType;
import io.charlstm.bindings.cuda.CudaDevice;
import io.charlstm.bindings.cuda.CudnnDataType;
import io.charlstm.bindings.cuda.CudnnMathType;
import java.util.Locale;

/**
 * How matrix products are computed. Parameters, logits, losses, gradients and moments are float32
 * in every precision; the 16-bit ones hold activations and a working copy of the weights in 16
 * bits.
 */
public enum Precision {
  /** float32 throughout, no tensor cores. */
  FP32(CudnnDataType.FLOAT, CudnnMathType.FMA, BlasType.FLOAT, BlasCompute.FLOAT_PEDANTIC),
  /** float32 values whose products take 10 bits of mantissa on tensor cores. */
  TF32(CudnnDataType.FLOAT, CudnnMathType.DEFAULT, BlasType.FLOAT, BlasCompute.FLOAT_FAST_TF32),
  /** 16-bit floats with 5 bits of exponent: gradients need a loss scale. */
  FP16(CudnnDataType.HALF, CudnnMathType.TENSOR_OP, BlasType.HALF, BlasCompute.FLOAT),
  /** 16-bit floats with the exponent of float32. */
  BF16(CudnnDataType.BFLOAT16, CudnnMathType.TENSOR_OP, BlasType.BFLOAT16, BlasCompute.FLOAT);

  private static final int LEAST_FOR_TF32 = 80;

  private final CudnnDataType dataType;
  private final CudnnMathType mathType;
  private final BlasType blasType;
  private final BlasCompute blasCompute;

  Precision(
      CudnnDataType dataType, CudnnMathType mathType, BlasType blasType, BlasCompute blasCompute) {
    this.dataType = dataType;
    this.mathType = mathType;
    this.blasType = blasType;
    this.blasCompute = blasCompute;
  }

  /** As the command line writes it: {@code fp32}, ... */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Type of x, h, c and the LSTM's weights in cuDNN. */
  public CudnnDataType dataType() {
    return dataType;
  }

  public CudnnMathType mathType() {
    return mathType;
  }

  /** Type of what the output projection multiplies. */
  public BlasType blasType() {
    return blasType;
  }

  public BlasCompute blasCompute() {
    return blasCompute;
  }

  /** Whether activations and working weights are 16 bits wide. */
  public boolean isHalf() {
    return dataType != CudnnDataType.FLOAT;
  }

  /** Whether products of float32 may be rounded to TF32 on a device that has that. */
  boolean mayUseTensorCores(CudaDevice device) {
    return this != FP32 && device.computeCapability() >= LEAST_FOR_TF32;
  }

  /** Bytes of an activation or working weight. */
  public int bytes() {
    return isHalf() ? 2 : 4;
  }
}
