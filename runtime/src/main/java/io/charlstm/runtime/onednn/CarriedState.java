package io.charlstm.runtime.onednn;

import io.charlstm.runtime.kernels.Floats;

/**
 * h and c of every lane between windows. They stay where the last window left them and move to the
 * first step's place when the next one begins. h is kept as the products read it.
 */
final class CarriedState {
  private final PlanShape shape;
  private final Storage storage;
  private final Steps steps;
  private final ShardBuffers[] shards;
  private int slot;

  CarriedState(PlanShape shape, Steps steps, ShardBuffers[] shards) {
    this.shape = shape;
    this.storage = shape.storage();
    this.steps = steps;
    this.shards = shards;
  }

  /** The window that just ran had this many steps. */
  void endedAt(int count) {
    slot = count;
  }

  /** Moves the state of a slice's units to step 0; part of the slice's own work. */
  void moveToStart(ShardSlice slice) {
    if (slot == 0) {
      return;
    }
    ShardBuffers shard = slice.shard;
    int first = slice.units.first();
    int units = slice.units.count();
    for (int layer = 0; layer < shape.layers(); layer++) {
      long stride = storage.bytes() * shape.stackedStride(layer);
      long from = steps.hidden(shard, layer, slot) + storage.bytes() * first;
      long to = steps.hidden(shard, layer, 0) + storage.bytes() * first;
      long cells = steps.cells(shard, layer, slot) + 4L * first;
      long firstCells = steps.cells(shard, layer, 0) + 4L * first;
      for (int r = 0; r < shape.rows(); r++) {
        storage.copy(from + r * stride, to + r * stride, units);
        if (cells != firstCells) {
          long row = 4L * r * shape.hidden();
          Floats.copy(cells + row, firstCells + row, units);
        }
      }
    }
  }

  void reset() {
    slot = 0;
    for (ShardBuffers shard : shards) {
      for (int layer = 0; layer < shape.layers(); layer++) {
        for (int r = 0; r < shape.rows(); r++) {
          storage.zero(hiddenRow(shard, layer, r), shape.hidden());
          Floats.zero(cellRow(shard, layer, r), shape.hidden());
        }
      }
    }
  }

  /** Copies out to arrays of shape (L,B,H). */
  void read(float[] h, float[] c) {
    requireLength(h, c);
    forEachRow(
        (shard, layer, row, offset) -> {
          storage.read(hiddenRow(shard, layer, row), h, offset, shape.hidden());
          Floats.read(cellRow(shard, layer, row), c, offset, shape.hidden());
        });
  }

  /** Copies in from arrays of shape (L,B,H). */
  void write(float[] h, float[] c) {
    requireLength(h, c);
    slot = 0;
    forEachRow(
        (shard, layer, row, offset) -> {
          storage.write(hiddenRow(shard, layer, row), h, offset, shape.hidden());
          Floats.write(cellRow(shard, layer, row), c, offset, shape.hidden());
        });
  }

  private interface RowAction {
    void accept(ShardBuffers shard, int layer, int row, int offset);
  }

  private void forEachRow(RowAction action) {
    for (ShardBuffers shard : shards) {
      for (int layer = 0; layer < shape.layers(); layer++) {
        for (int r = 0; r < shape.realRows(shard.index); r++) {
          int lane = shape.firstLane(shard.index) + r;
          action.accept(shard, layer, r, (layer * shape.batchSize() + lane) * shape.hidden());
        }
      }
    }
  }

  private long hiddenRow(ShardBuffers shard, int layer, int row) {
    return steps.hidden(shard, layer, slot) + storage.bytes() * row * shape.stackedStride(layer);
  }

  private long cellRow(ShardBuffers shard, int layer, int row) {
    return steps.cells(shard, layer, slot) + 4L * row * shape.hidden();
  }

  private void requireLength(float[] h, float[] c) {
    long needed = (long) shape.layers() * shape.batchSize() * shape.hidden();
    if (h.length < needed || c.length < needed) {
      throw new IllegalArgumentException(
          "h and c need " + needed + " elements, got " + h.length + " and " + c.length);
    }
  }
}
