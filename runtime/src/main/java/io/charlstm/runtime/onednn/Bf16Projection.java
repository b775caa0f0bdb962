package io.charlstm.runtime.onednn;

import static io.charlstm.bindings.onednn.DataType.BF16;

import io.charlstm.bindings.onednn.DnnlStream;
import io.charlstm.bindings.onednn.FormatTag;
import io.charlstm.bindings.onednn.MatmulSpec;
import io.charlstm.bindings.onednn.MemoryDesc;
import io.charlstm.bindings.onednn.PreparedCall;
import io.charlstm.runtime.ownership.Resources;

/**
 * Output projection and its gradient in bfloat16, for that slice of every shard which has these
 * steps. The packed weights are its own: how they lie may depend on the number of rows.
 */
final class Bf16Projection implements AutoCloseable {
  private final PlanContext context;
  private final PlanShape shape;
  private final Resources resources = new Resources();
  private final WindowProduct projection;
  private final WindowProduct gradient;
  private final Rearrangement projectionPacking;
  private final Rearrangement gradientPacking;

  /** By shard. */
  private final PreparedCall[] projectionCalls;

  private final PreparedCall[] gradientCalls;

  /**
   * Creates the primitives.
   *
   * @param steps of the head
   */
  Bf16Projection(PlanContext context, int steps) {
    this.context = context;
    this.shape = context.shape();
    projectionCalls = new PreparedCall[shape.shards()];
    gradientCalls = new PreparedCall[shape.shards()];
    long tokens = (long) steps * shape.rows();
    try {
      projection = resources.own(projection(tokens));
      projectionPacking = resources.own(packing(FormatTag.BA, projection));
      gradient = resources.own(gradient(tokens));
      gradientPacking = resources.own(packing(FormatTag.AB, gradient));
    } catch (RuntimeException | Error e) {
      resources.abandon(e);
      throw e;
    }
  }

  private static MemoryDesc rounded(long rows, long columns, long stride) {
    return MemoryDesc.strided(BF16, new long[] {rows, columns}, new long[] {stride, 1});
  }

  private WindowProduct projection(long tokens) {
    long vocabulary = shape.vocabulary();
    MatmulSpec spec =
        MatmulSpec.of(
            rounded(tokens, shape.hidden(), context.steps().projectedStride()),
            MemoryDesc.dense(BF16, FormatTag.ANY, shape.hidden(), vocabulary),
            MemoryDesc.f32(FormatTag.AB, tokens, vocabulary));
    return new WindowProduct(
        context.engine(), spec.withBias(MemoryDesc.f32(FormatTag.AB, 1, vocabulary)));
  }

  private WindowProduct gradient(long tokens) {
    return new WindowProduct(
        context.engine(),
        MatmulSpec.of(
            rounded(tokens, shape.vocabulary(), shape.logitGradientStride()),
            MemoryDesc.dense(BF16, FormatTag.ANY, shape.vocabulary(), shape.hidden()),
            MemoryDesc.f32(FormatTag.AB, tokens, shape.hidden())));
  }

  /** The output weights (V,H), read as they are or transposed, to what a product wants. */
  private Rearrangement packing(FormatTag stored, WindowProduct product) {
    long[] dims = product.weightsDesc().dims();
    MemoryDesc plain = resources.own(MemoryDesc.f32(stored, dims));
    return new Rearrangement(context.engine(), plain, product.weightsDesc());
  }

  void reserve(Carver carver) {
    projectionPacking.reserve(carver);
    gradientPacking.reserve(carver);
  }

  long scratchBytes() {
    return Math.max(projection.scratchBytes(), gradient.scratchBytes());
  }

  /** Readies the packing of the weights. */
  void bind() {
    projectionPacking.bind(context.parameters().outputWeights);
    gradientPacking.bind(context.parameters().outputWeights);
  }

  /** Readies the calls of one shard's slice. */
  void bind(ShardSlice slice, long scratch) {
    Steps steps = context.steps();
    projectionCalls[slice.shard.index] =
        projection.bind(
            steps.projected(slice),
            projectionPacking.target(),
            context.parameters().outputBias,
            steps.logits(slice),
            scratch);
    gradientCalls[slice.shard.index] =
        gradient.bind(
            steps.logitGradients(slice),
            gradientPacking.target(),
            0,
            steps.outputGradient(slice.shard, slice.steps.first()),
            scratch);
  }

  /** Packs the present weights of the projection, or of its gradient. */
  void prepare(boolean ofProjection, DnnlStream stream) {
    (ofProjection ? projectionPacking : gradientPacking).execute(stream);
  }

  void project(ShardSlice slice) {
    projectionCalls[slice.shard.index].execute(context.streams().get(slice.worker));
  }

  void projectGradient(ShardSlice slice) {
    gradientCalls[slice.shard.index].execute(context.streams().get(slice.worker));
  }

  @Override
  public void close() {
    resources.close();
  }
}
