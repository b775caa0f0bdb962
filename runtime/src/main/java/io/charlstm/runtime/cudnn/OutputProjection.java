package io.charlstm.runtime.cudnn;

import io.charlstm.bindings.cuda.BlasLtHandle;
import io.charlstm.bindings.cuda.BlasLtMatmul;
import io.charlstm.bindings.cuda.BlasType;
import io.charlstm.bindings.cuda.CudaStream;
import io.charlstm.bindings.cuda.MatmulSpec;
import io.charlstm.runtime.ownership.Resources;

/**
 * The products of the output projection over n = steps*B rows: logits (n,V) = y (n,H) W' + b, dy =
 * dlogits W, dW (V,H) = dlogits' y. Rows of logits and of their gradients are {@link #stride}
 * elements apart, so that each begins where tensor cores can read it.
 */
final class OutputProjection implements AutoCloseable {
  // As much as cuBLAS itself takes on the largest devices.
  private static final long LARGEST_WORKSPACE = 32L << 20;
  private static final int ALIGNMENT = 8;

  private final Resources resources = new Resources();
  private final CudaStream stream;
  private final BlasLtMatmul logits;
  private final BlasLtMatmul inputGradient;
  private final BlasLtMatmul weightGradient;

  OutputProjection(BlasLtHandle handle, CudaStream stream, WindowShape shape, int steps) {
    this.stream = stream;
    int n = Math.multiplyExact(steps, shape.batchSize());
    int v = shape.vocabulary();
    int h = shape.hidden();
    int ld = stride(v);
    BlasType own = shape.precision().blasType();
    try {
      logits = product(handle, shape, n, v, h, false, true, h, h, ld, BlasType.FLOAT, true);
      if (shape.training()) {
        inputGradient = product(handle, shape, n, h, v, false, false, ld, h, h, own, false);
        weightGradient =
            product(handle, shape, v, h, n, true, false, ld, h, h, BlasType.FLOAT, false);
      } else {
        inputGradient = null;
        weightGradient = null;
      }
    } catch (RuntimeException | Error e) {
      resources.abandon(e);
      throw e;
    }
  }

  private BlasLtMatmul product(
      BlasLtHandle handle,
      WindowShape shape,
      int m,
      int n,
      int k,
      boolean transposeA,
      boolean transposeB,
      int lda,
      int ldb,
      int ldc,
      BlasType output,
      boolean bias) {
    Precision precision = shape.precision();
    MatmulSpec spec =
        new MatmulSpec(
            m,
            n,
            k,
            transposeA,
            transposeB,
            lda,
            ldb,
            ldc,
            precision.blasType(),
            output,
            precision.blasCompute(),
            bias);
    return resources.own(BlasLtMatmul.create(handle, spec, LARGEST_WORKSPACE));
  }

  /** Elements from one row of logits to the next. */
  static int stride(int vocabulary) {
    return Math.multiplyExact(Math.ceilDiv(vocabulary, ALIGNMENT), ALIGNMENT);
  }

  /** Scratch memory that one product after the other may use. */
  long workspaceBytes() {
    long bytes = logits.workspaceBytes();
    if (inputGradient != null) {
      bytes = Math.max(bytes, inputGradient.workspaceBytes());
      bytes = Math.max(bytes, weightGradient.workspaceBytes());
    }
    return bytes;
  }

  /**
   * Queues logits = y W' + b.
   *
   * @param bias float32 (V)
   * @param result float32
   */
  void logits(long y, long weight, long bias, long result, long workspace) {
    logits.run(stream, 1, y, weight, 0, result, bias, workspace);
  }

  /** Queues dy = dlogits W. */
  void inputGradient(long gradients, long weight, long result, long workspace) {
    inputGradient.run(stream, 1, gradients, weight, 0, result, 0, workspace);
  }

  /**
   * Queues dW = dlogits' y.
   *
   * @param result float32 (V,H); added to when {@code accumulate}
   */
  void weightGradient(long gradients, long y, boolean accumulate, long result, long workspace) {
    weightGradient.run(stream, 1, gradients, y, accumulate ? 1 : 0, result, 0, workspace);
  }

  @Override
  public void close() {
    resources.close();
  }
}
