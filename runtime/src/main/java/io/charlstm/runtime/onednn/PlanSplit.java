package io.charlstm.runtime.onednn;

/**
 * How a plan's work is split over threads: the batch into shards of lanes, and each shard into
 * slices of every layer's hidden units, a thread each.
 *
 * @param shards parts of the batch
 * @param slices threads that share a shard; 1 = its thread meets no other within a window
 */
public record PlanSplit(int shards, int slices) {

  public PlanSplit {
    if (shards < 1 || slices < 1) {
      throw new IllegalArgumentException(
          "a split needs at least 1 shard and 1 slice: " + shards + "x" + slices);
    }
  }

  /** Threads that compute. */
  public int threads() {
    return shards * slices;
  }

  /**
   * As much of this split as B lanes and H units allow: no shard without a lane, and no slice
   * without a cache line of units, but for the last.
   */
  public PlanSplit within(int batchSize, int hidden) {
    int rows = Math.ceilDiv(batchSize, shards);
    int whole = (int) Columns.units(hidden);
    return new PlanSplit(Math.ceilDiv(batchSize, rows), Math.min(slices, whole));
  }

  @Override
  public String toString() {
    return shards + "x" + slices;
  }
}
