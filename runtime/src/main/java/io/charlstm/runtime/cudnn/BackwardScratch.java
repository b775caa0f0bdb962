package io.charlstm.runtime.cudnn;

import io.charlstm.runtime.cudnn.DeviceBuffers.Block;

/** Device memory for sums and orders within one backward pass, large enough for T steps. */
final class BackwardScratch {
  /** Rows whose sum one block makes. */
  static final int ROWS_PER_CHUNK = 256;

  /** Positions that one block ranks: TOKEN_CHUNK of token_order.cu. */
  static final int TOKEN_CHUNK = 512;

  private final Block columnPartials;
  private final Block ranks;
  private final Block counts;
  private final Block totals;
  private final Block offsets;
  private final Block order;

  BackwardScratch(WindowShape shape, DeviceBuffers device) {
    long rows = shape.training() ? shape.rows() : 0;
    long vocabulary = shape.vocabulary();
    long sums = Math.ceilDiv(rows, (long) ROWS_PER_CHUNK);
    columnPartials = device.add("partial sums of bias gradients", sums * vocabulary, 4);
    long positions = shape.config().oneHot() ? 0 : rows;
    long chunks = Math.ceilDiv(positions, (long) TOKEN_CHUNK);
    ranks = device.add("ranks of tokens", positions, 4);
    counts = device.add("counts of tokens", chunks * vocabulary, 4);
    totals = device.add("totals of tokens", positions == 0 ? 0 : vocabulary, 4);
    offsets = device.add("offsets of tokens", positions == 0 ? 0 : vocabulary + 1, 4);
    order = device.add("order of tokens", positions, 4);
  }

  /** float32 (ceil(T*B/{@link #ROWS_PER_CHUNK}),V). */
  long columnPartials() {
    return columnPartials.address();
  }

  /** int32 (T*B). */
  long ranks() {
    return ranks.address();
  }

  /** int32 (ceil(T*B/{@link #TOKEN_CHUNK}),V). */
  long counts() {
    return counts.address();
  }

  /** int32 (V). */
  long totals() {
    return totals.address();
  }

  /** int32 (V+1). */
  long offsets() {
    return offsets.address();
  }

  /** int32 (T*B). */
  long order() {
    return order.address();
  }
}
