package io.charlstm.bindings.cuda;

import io.charlstm.bindings.gen.cublaslt.CublasLtApi;
import io.charlstm.bindings.ownership.Construction;
import java.util.List;

/**
 * The descriptors of a product. cuBLASLt is column-major, so C = op(A) * op(B) of row-major
 * matrices is computed as C' = op(B)' * op(A)': the same memory read column-major is the transpose,
 * and B becomes the first factor. They need no GPU.
 */
final class BlasLtOperands implements AutoCloseable {
  /** What every matrix' address is a multiple of; the widest load of a GPU's thread. */
  static final int ALIGNMENT = 16;

  /**
   * The bias pointer while an algorithm is chosen: cuBLASLt takes the alignment it may rely on from
   * the pointer that the description holds then, and a null pointer would promise too much.
   */
  static final long BIAS_PLACEHOLDER = ALIGNMENT;

  final BlasLtDescriptor product;
  final BlasLtDescriptor first;
  final BlasLtDescriptor second;
  final BlasLtDescriptor result;

  private BlasLtOperands(
      BlasLtDescriptor product,
      BlasLtDescriptor first,
      BlasLtDescriptor second,
      BlasLtDescriptor result) {
    this.product = product;
    this.first = first;
    this.second = second;
    this.result = result;
  }

  static BlasLtOperands create(MatmulSpec s) {
    CudaLibraries.require(CudaLibrary.CUBLASLT);
    try (Construction parts = new Construction()) {
      BlasLtDescriptor product = parts.own(BlasLtDescriptor.product(s.compute()));
      product.setProductInt(CublasLtApi.CUBLASLT_MATMUL_DESC_TRANSA(), operation(s.transposeB()));
      product.setProductInt(CublasLtApi.CUBLASLT_MATMUL_DESC_TRANSB(), operation(s.transposeA()));
      product.setProductInt(
          CublasLtApi.CUBLASLT_MATMUL_DESC_EPILOGUE(),
          s.bias()
              ? CublasLtApi.CUBLASLT_EPILOGUE_BIAS()
              : CublasLtApi.CUBLASLT_EPILOGUE_DEFAULT());
      if (s.bias()) {
        product.setProductLong(CublasLtApi.CUBLASLT_MATMUL_DESC_BIAS_POINTER(), BIAS_PLACEHOLDER);
      }
      BlasLtDescriptor first =
          parts.own(stored(s.inputType(), s.transposeB(), s.k(), s.n(), s.ldb()));
      BlasLtDescriptor second =
          parts.own(stored(s.inputType(), s.transposeA(), s.m(), s.k(), s.lda()));
      BlasLtDescriptor result =
          parts.own(BlasLtDescriptor.layout(s.outputType(), s.n(), s.m(), s.ldc()));
      parts.complete();
      return new BlasLtOperands(product, first, second, result);
    }
  }

  /** A row-major (rows,columns) operand, stored transposed if asked, as column-major. */
  private static BlasLtDescriptor stored(
      BlasType type, boolean transposed, int rows, int columns, int stride) {
    return transposed
        ? BlasLtDescriptor.layout(type, rows, columns, stride)
        : BlasLtDescriptor.layout(type, columns, rows, stride);
  }

  private static int operation(boolean transpose) {
    return transpose ? CublasLtApi.CUBLAS_OP_T() : CublasLtApi.CUBLAS_OP_N();
  }

  /** What the choice of an algorithm must respect; the caller closes it. */
  static BlasLtDescriptor preference(long maxWorkspaceBytes) {
    BlasLtDescriptor preference = BlasLtDescriptor.preference();
    try {
      preference.setPreferenceLong(
          CublasLtApi.CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES(), maxWorkspaceBytes);
      for (int attribute :
          new int[] {
            CublasLtApi.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_A_BYTES(),
            CublasLtApi.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_B_BYTES(),
            CublasLtApi.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_C_BYTES(),
            CublasLtApi.CUBLASLT_MATMUL_PREF_MIN_ALIGNMENT_D_BYTES()
          }) {
        preference.setPreferenceInt(attribute, ALIGNMENT);
      }
      return preference;
    } catch (RuntimeException | Error e) {
      preference.close();
      throw e;
    }
  }

  @Override
  public void close() {
    Construction.closeAll(List.of(result, second, first, product));
  }
}
