package io.charlstm.runtime.onednn;

import static io.charlstm.bindings.onednn.DataType.BF16;
import static io.charlstm.bindings.onednn.DataType.F32;

import io.charlstm.bindings.onednn.DataType;
import io.charlstm.bindings.onednn.DnnlEngine;
import io.charlstm.bindings.onednn.DnnlStream;
import io.charlstm.bindings.onednn.MatmulSpec;
import io.charlstm.bindings.onednn.MemoryDesc;
import io.charlstm.bindings.onednn.PreparedCall;
import io.charlstm.runtime.ownership.Resources;

/** Some columns of a weight gradient X^T dY, summed over the shards in order. */
final class WeightGradient implements AutoCloseable {
  private final Resources resources = new Resources();
  private final Sizes sizes;
  private final WindowProduct replacing;
  private final WindowProduct adding;
  private final PreparedCall[] additions;
  private PreparedCall first;

  /**
   * Sizes of the product, in elements.
   *
   * @param tokens rows of X and dY
   * @param inner columns of X, rows of the gradient
   * @param innerStride from one row of X to the next
   * @param columns of dY and the gradient
   * @param sourceStride from one row of dY to the next
   * @param resultStride from one row of the gradient to the next
   */
  record Sizes(
      long tokens,
      long inner,
      long innerStride,
      long columns,
      long sourceStride,
      long resultStride) {}

  WeightGradient(DnnlEngine engine, Sizes sizes, int shards) {
    this.sizes = sizes;
    this.additions = new PreparedCall[shards];
    try {
      replacing = resources.own(product(engine, false));
      adding = resources.own(product(engine, true));
    } catch (RuntimeException | Error e) {
      resources.abandon(e);
      throw e;
    }
  }

  private WindowProduct product(DnnlEngine engine, boolean accumulate) {
    long[] transposed = {sizes.inner, sizes.tokens};
    MemoryDesc x = MemoryDesc.strided(BF16, transposed, new long[] {1, sizes.innerStride});
    MemoryDesc dy = rows(BF16, sizes.tokens, sizes.sourceStride);
    MemoryDesc result = rows(F32, sizes.inner, sizes.resultStride);
    return new WindowProduct(engine, new MatmulSpec(x, dy, null, result, accumulate));
  }

  private MemoryDesc rows(DataType type, long count, long stride) {
    return MemoryDesc.strided(type, new long[] {count, sizes.columns}, new long[] {stride, 1});
  }

  long scratchBytes() {
    return Math.max(replacing.scratchBytes(), adding.scratchBytes());
  }

  /** Readies the calls of one shard. */
  void bind(int shard, long x, long dy, long gradient, long scratch) {
    additions[shard] = adding.bind(x, dy, 0, gradient, scratch);
    if (shard == 0) {
      first = replacing.bind(x, dy, 0, gradient, scratch);
    }
  }

  void execute(boolean accumulate, DnnlStream stream) {
    for (int shard = 0; shard < additions.length; shard++) {
      PreparedCall call = shard == 0 && !accumulate ? first : additions[shard];
      call.execute(stream);
    }
  }

  @Override
  public void close() {
    resources.close();
  }
}
