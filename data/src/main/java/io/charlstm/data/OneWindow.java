package io.charlstm.data;

import java.lang.foreign.MemorySegment;

/** One window of others, which are in the same order always. */
record OneWindow(TokenBatches all, long window) implements TokenBatches {
  @Override
  public int batchSize() {
    return all.batchSize();
  }

  @Override
  public int sequenceLength() {
    return all.sequenceLength();
  }

  @Override
  public long windows() {
    return 1;
  }

  @Override
  public long characters() {
    return all.scored(window);
  }

  @Override
  public boolean carriesState() {
    return false;
  }

  @Override
  public int steps(long index) {
    Lanes.checkWindow(index, 1);
    return all.steps(window);
  }

  @Override
  public long scored(long index) {
    Lanes.checkWindow(index, 1);
    return all.scored(window);
  }

  @Override
  public void fill(long index, MemorySegment inputs, MemorySegment targets) {
    Lanes.checkWindow(index, 1);
    all.fill(window, inputs, targets);
  }
}
