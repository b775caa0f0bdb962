package io.charlstm.bindings.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.charlstm.bindings.gen.cublaslt.CublasLtApi;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.ToIntFunction;

/** A descriptor of cuBLASLt: a host object that needs no GPU. */
final class BlasLtDescriptor extends CudaHandle {
  private final String name;
  private final ToIntFunction<MemorySegment> destroy;

  private BlasLtDescriptor(String name, Creator creator, ToIntFunction<MemorySegment> destroy) {
    super("cuBLASLt " + name, create(BlasLtStatus::check, "cublasLt" + name + "Create", creator));
    this.name = name;
    this.destroy = destroy;
  }

  /** A product's description: how to compute; operands are set as attributes. */
  static BlasLtDescriptor product(BlasCompute compute) {
    return new BlasLtDescriptor(
        "MatmulDesc",
        out -> CublasLtApi.cublasLtMatmulDescCreate(out, compute.code(), BlasType.FLOAT.code()),
        CublasLtApi::cublasLtMatmulDescDestroy);
  }

  /** A column-major matrix. */
  static BlasLtDescriptor layout(BlasType type, long rows, long columns, long stride) {
    return new BlasLtDescriptor(
        "MatrixLayout",
        out -> CublasLtApi.cublasLtMatrixLayoutCreate(out, type.code(), rows, columns, stride),
        CublasLtApi::cublasLtMatrixLayoutDestroy);
  }

  /** What the choice of an algorithm must respect. */
  static BlasLtDescriptor preference() {
    return new BlasLtDescriptor(
        "MatmulPreference",
        CublasLtApi::cublasLtMatmulPreferenceCreate,
        CublasLtApi::cublasLtMatmulPreferenceDestroy);
  }

  /** Sets a 32-bit attribute of a {@link #product}. */
  void setProductInt(int attribute, int value) {
    try (Arena scratch = Arena.ofConfined()) {
      setProduct(attribute, scratch.allocateFrom(JAVA_INT, value));
    }
  }

  /** Sets a 64-bit attribute of a {@link #product}. */
  void setProductLong(int attribute, long value) {
    try (Arena scratch = Arena.ofConfined()) {
      setProduct(attribute, scratch.allocateFrom(JAVA_LONG, value));
    }
  }

  private void setProduct(int attribute, MemorySegment value) {
    BlasLtStatus.check(
        "cublasLtMatmulDescSetAttribute",
        CublasLtApi.cublasLtMatmulDescSetAttribute(
            segmentPointer(), attribute, value, value.byteSize()));
  }

  /** Sets a 32-bit attribute of a {@link #preference}. */
  void setPreferenceInt(int attribute, int value) {
    try (Arena scratch = Arena.ofConfined()) {
      setPreference(attribute, scratch.allocateFrom(JAVA_INT, value));
    }
  }

  /** Sets a 64-bit attribute of a {@link #preference}. */
  void setPreferenceLong(int attribute, long value) {
    try (Arena scratch = Arena.ofConfined()) {
      setPreference(attribute, scratch.allocateFrom(JAVA_LONG, value));
    }
  }

  private void setPreference(int attribute, MemorySegment value) {
    BlasLtStatus.check(
        "cublasLtMatmulPreferenceSetAttribute",
        CublasLtApi.cublasLtMatmulPreferenceSetAttribute(
            segmentPointer(), attribute, value, value.byteSize()));
  }

  @Override
  void destroy(long object) {
    BlasLtStatus.check(
        "cublasLt" + name + "Destroy", destroy.applyAsInt(MemorySegment.ofAddress(object)));
  }
}
