package io.charlstm.runtime.cudnn.decode;

import io.charlstm.bindings.cuda.BlasLtHandle;
import io.charlstm.bindings.cuda.BlasLtMatmul;
import io.charlstm.bindings.cuda.BlasType;
import io.charlstm.bindings.cuda.CudaStream;
import io.charlstm.bindings.cuda.MatmulSpec;
import io.charlstm.runtime.ownership.Resources;

/**
 * The products of a step, C (S,n) = A (S, padded H) W^T with W (n, padded H) a part of the weights
 * in {@link WeightOrder#ROWS}. Columns that only pad are zeros in both.
 */
final class MatmulProducts implements AutoCloseable {
  private final Resources resources = new Resources();
  private final DecodePlan plan;
  private final BlasLtHandle blas;
  private final long largestWorkspace;
  private final int width;
  private final BlasLtMatmul first;
  private final BlasLtMatmul upper;
  private final BlasLtMatmul output;

  MatmulProducts(DecodePlan plan, BlasLtHandle blas, long largestWorkspace) {
    this.plan = plan;
    this.blas = blas;
    this.largestWorkspace = largestWorkspace;
    DecodeShape shape = plan.shape();
    width = shape.stride();
    int gates = DecodeShape.UNIT * shape.hidden();
    try {
      first = product(gates, width);
      upper = shape.layers() == 1 ? null : product(gates, 2 * width);
      output = product(DecodeShape.UNIT * shape.outputUnits(), width);
    } catch (RuntimeException | Error e) {
      resources.abandon(e);
      throw e;
    }
  }

  private BlasLtMatmul product(int columns, int rowStride) {
    MatmulSpec spec =
        new MatmulSpec(
            plan.shape().streams(),
            columns,
            width,
            false,
            true,
            width,
            rowStride,
            columns,
            BlasType.FLOAT,
            BlasType.FLOAT,
            plan.compute(),
            false);
    return resources.own(BlasLtMatmul.create(blas, spec, largestWorkspace));
  }

  /** Scratch memory that one product after the other may use. */
  long workspaceBytes() {
    long bytes = Math.max(first.workspaceBytes(), output.workspaceBytes());
    return upper == null ? bytes : Math.max(bytes, upper.workspaceBytes());
  }

  /** Queues sums (S,4H) = h W_hh^T. */
  void recurrent(
      int layer, CudaStream stream, long hidden, long weights, long sums, long workspace) {
    if (layer == 0) {
      first.run(stream, 1, hidden, weights, 0, sums, 0, workspace);
    } else {
      // The columns of the input come first.
      long recurrentWeights = weights + (long) width * Float.BYTES;
      upper.run(stream, 1, hidden, recurrentWeights, 0, sums, 0, workspace);
    }
  }

  /** Queues sums += x W_ih^T, for a layer above the first. */
  void addInput(CudaStream stream, long input, long weights, long sums, long workspace) {
    upper.run(stream, 1, input, weights, 1, sums, 0, workspace);
  }

  /** Queues logits (S, padded V) without their bias. */
  void output(CudaStream stream, long hidden, long weights, long logits, long workspace) {
    output.run(stream, 1, hidden, weights, 0, logits, 0, workspace);
  }

  @Override
  public void close() {
    resources.close();
  }
}
