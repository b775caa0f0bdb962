package io.charlstm.trainer;

import io.charlstm.data.TokenBatches;
import io.charlstm.runtime.CorpusTraining;
import io.charlstm.runtime.CorpusTrainingConfig;
import io.charlstm.runtime.LossSum;
import io.charlstm.runtime.TrainingPass;
import io.charlstm.runtime.Updater;
import io.charlstm.runtime.WindowPlan;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Steps of a backend that is handed window after window. */
final class HostSteps implements StepEngine {
  private final TokenBatches batches;
  private final WindowPlan plan;
  private final Updater updater;
  private final CorpusTrainingConfig config;
  private final GradientScale scale;
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment inputs;
  private final MemorySegment targets;

  /** The epoch that the batches are in the order of. */
  private long orderedFor = -1;

  /**
   * Plan and updater are closed after this, by their owner.
   *
   * @param config its gradient scale is of no account
   */
  HostSteps(
      TokenBatches batches,
      WindowPlan plan,
      Updater updater,
      CorpusTrainingConfig config,
      GradientScale scale) {
    this.batches = batches;
    this.plan = plan;
    this.updater = updater;
    this.config = config;
    this.scale = scale;
    long elements = (long) batches.sequenceLength() * batches.batchSize();
    inputs = arena.allocate(ValueLayout.JAVA_INT, elements);
    targets = arena.allocate(ValueLayout.JAVA_INT, elements);
  }

  /** One, so that a stop is heeded after each. */
  @Override
  public int preferredSteps() {
    return 1;
  }

  @Override
  public CorpusTraining.Result run(long firstStep, double[] learningRates) {
    LossSum total = LossSum.ZERO;
    double norm = Double.NaN;
    long skipped = 0;
    long firstSkipped = -1;
    long inARow = 0;
    for (int i = 0; i < learningRates.length; i++) {
      LossSum loss = windows(firstStep + i);
      if (Double.isFinite(loss.nats()) && update(learningRates[i])) {
        total = total.plus(loss);
        norm = updater.readGradientNorm();
        inARow = 0;
      } else {
        plan.resetState();
        firstSkipped = skipped == 0 ? firstStep + i : firstSkipped;
        skipped++;
        inARow++;
      }
    }
    return new CorpusTraining.Result(total, norm, skipped, firstSkipped, inARow);
  }

  private LossSum windows(long step) {
    LossSum loss = LossSum.ZERO;
    int windows = config.gradientAccumulation();
    for (int i = 0; i < windows; i++) {
      window(step * windows + i, i > 0);
      loss = loss.plus(plan.readLoss());
    }
    return loss;
  }

  private void window(long index, boolean accumulate) {
    long epoch = index / batches.windows();
    long inEpoch = index % batches.windows();
    if (epoch != orderedFor) {
      batches.startEpoch(epoch);
      orderedFor = epoch;
    }
    if (inEpoch == 0 || !batches.carriesState()) {
      plan.resetState();
    }
    batches.fill(inEpoch, inputs, targets);
    plan.forwardBackward(
        inputs,
        targets,
        batches.steps(inEpoch),
        new TrainingPass(
            scale.of(batches.scored(inEpoch)), accumulate, config.dropoutSeed(), index));
  }

  private boolean update(double learningRate) {
    long before = updater.step();
    updater.update(learningRate, config.clipNorm(), config.clipValue());
    return updater.step() > before;
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
