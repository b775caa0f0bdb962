package io.charlstm.trainer;

import io.charlstm.data.LaneBatches;
import io.charlstm.runtime.CorpusTraining;
import io.charlstm.runtime.LaneTokens;
import java.lang.foreign.MemorySegment;

/** Steps of a backend that finds its windows by itself. */
record DeviceSteps(CorpusTraining training) implements StepEngine {

  /** The lanes of the training part, as the runtime asks for them. */
  static LaneTokens lanes(LaneBatches batches) {
    return new LaneTokens() {
      @Override
      public int sequenceLength() {
        return batches.sequenceLength();
      }

      @Override
      public int batchSize() {
        return batches.batchSize();
      }

      @Override
      public long windows() {
        return batches.windows();
      }

      @Override
      public void readLanes(long firstWindow, int count, MemorySegment lanes) {
        batches.fillLanes(firstWindow, count, lanes);
      }
    };
  }

  @Override
  public int preferredSteps() {
    return training.preferredSteps();
  }

  @Override
  public CorpusTraining.Result run(long firstStep, double[] learningRates) {
    training.run(firstStep, learningRates);
    return training.read();
  }

  @Override
  public void close() {
    training.close();
  }
}
