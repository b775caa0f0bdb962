package io.charlstm.bindings.cuda;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.charlstm.bindings.gen.cublaslt.CublasLtApi;
import io.charlstm.bindings.gen.cublaslt.cublasLtMatmulAlgo_t;
import io.charlstm.bindings.gen.cublaslt.cublasLtMatmulHeuristicResult_t;
import io.charlstm.bindings.libc.Downcalls;
import io.charlstm.bindings.memory.NativeMemory;
import io.charlstm.bindings.ownership.Construction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * A product ready to run: its algorithm is chosen once and kept, so that equal inputs give equal
 * bits, and its workspace is the caller's, so that it may be recorded in a graph. For one thread at
 * a time; the handle must stay open.
 */
public final class BlasLtMatmul implements AutoCloseable {
  private static final MethodHandle MATMUL =
      AddressCalls.of(CublasLtApi.cublasLtMatmul$address(), "PPPPPPPPPPPPPPPP");
  private static final MethodHandle SET_ATTRIBUTE =
      AddressCalls.of(CublasLtApi.cublasLtMatmulDescSetAttribute$address(), "PIPP");

  private final BlasLtHandle handle;
  private final MatmulSpec spec;
  private final BlasLtOperands operands;
  private final long workspaceBytes;
  private final NativeMemory memory;
  private final MemorySegment algorithm;
  private final MemorySegment scalars;
  private final MemorySegment biasPointer;

  private BlasLtMatmul(
      BlasLtHandle handle,
      MatmulSpec spec,
      BlasLtOperands operands,
      NativeMemory memory,
      MemorySegment chosen) {
    this.handle = handle;
    this.spec = spec;
    this.operands = operands;
    this.memory = memory;
    this.workspaceBytes = cublasLtMatmulHeuristicResult_t.workspaceSize(chosen);
    this.algorithm = memory.carveSegment(cublasLtMatmulAlgo_t.sizeof());
    this.scalars = memory.carveSegment(2 * JAVA_FLOAT.byteSize());
    this.biasPointer = memory.carveSegment(JAVA_LONG.byteSize());
    biasPointer.set(JAVA_LONG, 0, BlasLtOperands.BIAS_PLACEHOLDER);
    algorithm.copyFrom(cublasLtMatmulHeuristicResult_t.algo(chosen));
  }

  /**
   * Lets cuBLASLt choose an algorithm.
   *
   * @param maxWorkspaceBytes what the caller is ready to give
   * @throws io.charlstm.bindings.NativeException when it has none for this product
   */
  public static BlasLtMatmul create(BlasLtHandle h, MatmulSpec spec, long maxWorkspaceBytes) {
    try (Construction parts = new Construction();
        Arena scratch = Arena.ofConfined()) {
      BlasLtOperands operands = parts.own(BlasLtOperands.create(spec));
      NativeMemory memory = parts.own(NativeMemory.allocate(3 * NativeMemory.ALIGNMENT));
      MemorySegment chosen = choose(h, spec, operands, maxWorkspaceBytes, scratch);
      BlasLtMatmul matmul = new BlasLtMatmul(h, spec, operands, memory, chosen);
      parts.complete();
      return matmul;
    }
  }

  private static MemorySegment choose(
      BlasLtHandle handle,
      MatmulSpec spec,
      BlasLtOperands operands,
      long maxWorkspaceBytes,
      Arena scratch) {
    try (BlasLtDescriptor preference = BlasLtOperands.preference(maxWorkspaceBytes)) {
      return choose(handle, spec, operands, preference, scratch);
    }
  }

  private static MemorySegment choose(
      BlasLtHandle handle,
      MatmulSpec spec,
      BlasLtOperands operands,
      BlasLtDescriptor preference,
      Arena scratch) {
    MemorySegment result = cublasLtMatmulHeuristicResult_t.allocate(scratch);
    MemorySegment count = scratch.allocate(JAVA_INT);
    int status =
        CublasLtApi.cublasLtMatmulAlgoGetHeuristic(
            handle.segmentPointer(),
            operands.product.segmentPointer(),
            operands.first.segmentPointer(),
            operands.second.segmentPointer(),
            operands.result.segmentPointer(),
            operands.result.segmentPointer(),
            preference.segmentPointer(),
            1,
            result,
            count);
    if (status == CublasLtApi.CUBLAS_STATUS_SUCCESS()) {
      status =
          count.get(JAVA_INT, 0) < 1
              ? CublasLtApi.CUBLAS_STATUS_NOT_SUPPORTED()
              : cublasLtMatmulHeuristicResult_t.state(result);
    }
    BlasLtStatus.check("cublasLtMatmulAlgoGetHeuristic", status, spec.toString());
    return result;
  }

  /** Bytes of workspace that {@link #run} needs; 0 when none. */
  public long workspaceBytes() {
    return workspaceBytes;
  }

  /**
   * Queues the product. Addresses are on the device, multiples of 16.
   *
   * @param bias (n), used when the product was created with one
   * @param workspace {@link #workspaceBytes()} bytes; 0 when none are needed
   */
  public void run(
      CudaStream stream,
      float alpha,
      long a,
      long b,
      float beta,
      long c,
      long bias,
      long workspace) {
    long addresses = a | b | c | workspace | (spec.bias() ? bias : 0);
    if ((addresses & (BlasLtOperands.ALIGNMENT - 1)) != 0) {
      throw new IllegalArgumentException("an array that is not 16-byte aligned: " + spec);
    }
    scalars.setAtIndex(JAVA_FLOAT, 0, alpha);
    scalars.setAtIndex(JAVA_FLOAT, 1, beta);
    if (spec.bias() && biasPointer.get(JAVA_LONG, 0) != bias) {
      setBias(bias);
    }
    int status = call(stream.pointer(), a, b, c, workspace);
    if (status != CublasLtApi.CUBLAS_STATUS_SUCCESS()) {
      BlasLtStatus.check("cublasLtMatmul", status, spec.toString());
    }
  }

  private int call(long stream, long a, long b, long c, long workspace) {
    long result = operands.result.pointer();
    try {
      return (int)
          MATMUL.invokeExact(
              handle.pointer(),
              operands.product.pointer(),
              scalars.address(),
              b,
              operands.first.pointer(),
              a,
              operands.second.pointer(),
              scalars.address() + JAVA_FLOAT.byteSize(),
              c,
              result,
              c,
              result,
              algorithm.address(),
              workspace,
              workspaceBytes,
              stream);
    } catch (Throwable thrown) {
      throw Downcalls.unexpected(thrown);
    }
  }

  private void setBias(long bias) {
    biasPointer.set(JAVA_LONG, 0, bias);
    int status;
    try {
      status =
          (int)
              SET_ATTRIBUTE.invokeExact(
                  operands.product.pointer(),
                  CublasLtApi.CUBLASLT_MATMUL_DESC_BIAS_POINTER(),
                  biasPointer.address(),
                  JAVA_LONG.byteSize());
    } catch (Throwable thrown) {
      throw Downcalls.unexpected(thrown);
    }
    BlasLtStatus.check("cublasLtMatmulDescSetAttribute", status);
  }

  /** Frees the descriptors; a second call does nothing. */
  @Override
  public void close() {
    Construction.closeAll(List.of(operands, memory));
  }
}
