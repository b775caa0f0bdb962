package io.charlstm.bench.phases;

import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.charlstm.bindings.memory.NativeMemory;
import io.charlstm.bindings.onednn.DataType;
import io.charlstm.bindings.onednn.DnnlEngine;
import io.charlstm.bindings.onednn.DnnlMemory;
import io.charlstm.bindings.onednn.DnnlStream;
import io.charlstm.bindings.onednn.FormatTag;
import io.charlstm.bindings.onednn.Matmul;
import io.charlstm.bindings.onednn.MatmulSpec;
import io.charlstm.bindings.onednn.MemoryDesc;
import io.charlstm.bindings.onednn.OneDnn;
import io.charlstm.bindings.onednn.PreparedCall;
import io.charlstm.bindings.onednn.Sgemm;
import io.charlstm.runtime.ownership.Resources;
import java.util.Locale;

/**
 * One product with operands of its own, ready to run on the thread that made it. The operands are
 * small pseudo-random values.
 */
public final class ProductCall implements AutoCloseable {
  private final Resources resources = new Resources();
  private final Runnable call;

  /** Makes the operands and, for a matmul, the primitive. */
  public ProductCall(Product product) {
    // block sizes depend on the thread count at creation
    OneDnn.get().setOmpThreads(1);
    try {
      call = product.primitive() ? matmul(product) : sgemm(product);
    } catch (RuntimeException | Error e) {
      resources.abandon(e);
      throw e;
    }
  }

  /** Computes it once. */
  public void run() {
    call.run();
  }

  private Runnable sgemm(Product p) {
    if (!p.type().equals("f32")) {
      throw new IllegalArgumentException("sgemm of " + p.type());
    }
    long a = operand(4 * (p.transposedSource() ? p.k() : p.m()) * p.sourceStride());
    long b = operand(4 * (p.transposedWeights() ? p.n() : p.k()) * p.weightsStride());
    long c = operand(4 * p.m() * p.resultStride());
    float beta = p.sum() ? 1 : 0;
    return () ->
        Sgemm.run(
            p.transposedSource(),
            p.transposedWeights(),
            p.m(),
            p.n(),
            p.k(),
            1,
            a,
            p.sourceStride(),
            b,
            p.weightsStride(),
            beta,
            c,
            p.resultStride());
  }

  private Runnable matmul(Product p) {
    DataType type = DataType.valueOf(p.type().toUpperCase(Locale.ROOT));
    DataType resultType = DataType.valueOf(p.result().toUpperCase(Locale.ROOT));
    DnnlEngine engine = resources.own(DnnlEngine.cpu());
    DnnlStream stream = resources.own(new DnnlStream(engine));
    MemoryDesc source =
        resources.own(plain(type, p.m(), p.k(), p.transposedSource(), p.sourceStride()));
    MemoryDesc result = resources.own(plain(resultType, p.m(), p.n(), false, p.resultStride()));
    MemoryDesc weights =
        resources.own(
            p.packedWeights()
                ? MemoryDesc.dense(type, FormatTag.ANY, p.k(), p.n())
                : plain(type, p.k(), p.n(), p.transposedWeights(), p.weightsStride()));
    MemoryDesc bias =
        p.bias() ? resources.own(MemoryDesc.dense(DataType.F32, FormatTag.AB, 1, p.n())) : null;
    Matmul matmul =
        resources.own(
            Matmul.create(engine, new MatmulSpec(source, weights, bias, result, p.sum())));
    PreparedCall prepared =
        resources.own(
            matmul.prepare(
                tensor(engine, source),
                tensor(engine, matmul.weightsDesc()),
                bias == null ? null : tensor(engine, bias),
                tensor(engine, result),
                matmul.scratchpadBytes() == 0 ? null : tensor(engine, matmul.scratchpadDesc())));
    return () -> prepared.execute(stream);
  }

  private static MemoryDesc plain(
      DataType type, long rows, long columns, boolean transposed, long stride) {
    long[] strides = transposed ? new long[] {1, stride} : new long[] {stride, 1};
    return MemoryDesc.strided(type, new long[] {rows, columns}, strides);
  }

  private DnnlMemory tensor(DnnlEngine engine, MemoryDesc description) {
    return resources.own(new DnnlMemory(engine, description, operand(description.byteSize())));
  }

  // Values of float32 or bfloat16 between 1 and 2, scaled down: sums stay finite for a long time,
  // and nothing is zero or denormal.
  private long operand(long bytes) {
    NativeMemory memory = resources.own(NativeMemory.allocateHuge(bytes + 64));
    long state = 88172645463325252L;
    for (long i = 0; i < bytes / 2; i++) {
      state ^= state << 13;
      state ^= state >>> 7;
      state ^= state << 17;
      short bits = (short) (0x3A80 | (state & 0x7F) | (state & 0x8000));
      memory.segment().set(JAVA_SHORT, 2 * i, bits);
    }
    return memory.address();
  }

  @Override
  public void close() {
    resources.close();
  }
}
