package io.charlstm.runtime.onednn;

import io.charlstm.bindings.onednn.DataType;
import io.charlstm.bindings.onednn.DnnlEngine;
import io.charlstm.bindings.onednn.DnnlMemory;
import io.charlstm.bindings.onednn.DnnlStream;
import io.charlstm.bindings.onednn.FormatTag;
import io.charlstm.bindings.onednn.Matmul;
import io.charlstm.bindings.onednn.MatmulSpec;
import io.charlstm.bindings.onednn.MemoryDesc;
import io.charlstm.bindings.onednn.PreparedCall;
import io.charlstm.runtime.ownership.Resources;

/**
 * Weights (inner,outer) in the layout that oneDNN's matmul reads fastest, packed anew after each
 * change, and their products with some rows. The weights and what they are multiplied with are in
 * the plan's storage, results are float32.
 */
final class PackedMatrix implements AutoCloseable {
  private final Resources resources = new Resources();
  private final DnnlEngine engine;
  private final DataType type;
  private final Sizes sizes;
  private final MemoryDesc bias;
  private final Matmul first;
  private final Rearrangement packing;
  private DnnlMemory packed;

  /** Null when there is none. */
  private DnnlMemory biasMemory;

  /**
   * What is multiplied with what.
   *
   * @param inner rows of the weights
   * @param outer columns of the weights and of results
   * @param sourceStride elements from one row of the other factor to the next
   * @param resultStride the same of the result
   * @param stored how the weights are read: AB as (inner,outer), BA as its transpose
   * @param withBias whether results begin with a bias (1,outer)
   * @param accumulate whether results are added to what is there
   */
  record Sizes(
      long inner,
      long outer,
      long sourceStride,
      long resultStride,
      FormatTag stored,
      boolean withBias,
      boolean accumulate) {}

  /** With the layout that is fastest for this many rows. */
  PackedMatrix(DnnlEngine engine, DataType type, Sizes sizes, long rows) {
    this.engine = engine;
    this.type = type;
    this.sizes = sizes;
    try {
      bias = sizes.withBias ? resources.own(MemoryDesc.f32(FormatTag.AB, 1, sizes.outer)) : null;
      try (MemoryDesc any = MemoryDesc.dense(type, FormatTag.ANY, sizes.inner, sizes.outer)) {
        first = matmul(rows, any);
      }
      MemoryDesc plain = resources.own(MemoryDesc.f32(sizes.stored, sizes.inner, sizes.outer));
      packing = resources.own(new Rearrangement(engine, plain, first.weightsDesc()));
    } catch (RuntimeException | Error e) {
      resources.abandon(e);
      throw e;
    }
  }

  private Matmul matmul(long rows, MemoryDesc weights) {
    try (MemoryDesc source = source(rows);
        MemoryDesc result = result(rows)) {
      MatmulSpec spec = new MatmulSpec(source, weights, bias, result, sizes.accumulate);
      return resources.own(Matmul.create(engine, spec));
    }
  }

  private MemoryDesc source(long rows) {
    long[] dims = {rows, sizes.inner};
    return MemoryDesc.strided(type, dims, new long[] {sizes.sourceStride, 1});
  }

  private MemoryDesc result(long rows) {
    long[] dims = {rows, sizes.outer};
    return MemoryDesc.f32Strided(dims, new long[] {sizes.resultStride, 1});
  }

  /** The products with a number of rows; closed with this. */
  final class Products {
    private final MemoryDesc source;
    private final MemoryDesc result;
    private final Matmul matmul;

    private Products(long rows, Matmul matmul) {
      this.matmul = matmul;
      source = resources.own(source(rows));
      result = resources.own(result(rows));
    }

    String implementation() {
      return matmul.implementation();
    }

    /** Bytes of scratch memory of a call. */
    long scratchBytes() {
      return matmul.scratchpadBytes();
    }

    /** Scratch memory at an address, which calls of one thread share; null when none is needed. */
    DnnlMemory scratch(long address) {
      return scratchBytes() == 0 ? null : memory(matmul.scratchpadDesc(), address);
    }

    /** Readies a call on these addresses. */
    PreparedCall bind(long from, long to, DnnlMemory scratch) {
      return resources.own(
          matmul.prepare(memory(source, from), packed, biasMemory, memory(result, to), scratch));
    }
  }

  /** The products with the number of rows that the layout is for. */
  Products products(long rows) {
    return new Products(rows, first);
  }

  /** Products with another number of rows, on the same packed weights. */
  Products moreProducts(long rows) {
    return new Products(rows, matmul(rows, first.weightsDesc()));
  }

  /** Takes the place of the packed weights. */
  void reserve(Carver carver) {
    packing.reserve(carver);
  }

  /**
   * Says where the weights and the bias are, float32.
   *
   * @param biasAddress ignored when there is none
   */
  void bind(long weights, long biasAddress) {
    packing.bind(weights);
    packed = memory(first.weightsDesc(), packing.target());
    biasMemory = bias == null ? null : memory(bias, biasAddress);
  }

  /** Packs the present weights. */
  void pack(DnnlStream stream) {
    packing.execute(stream);
  }

  private DnnlMemory memory(MemoryDesc description, long address) {
    return resources.own(new DnnlMemory(engine, description, address));
  }

  @Override
  public void close() {
    resources.close();
  }
}
