package io.charlstm.trainer;

import io.charlstm.data.LaneBatches;
import io.charlstm.runtime.CorpusTraining;
import io.charlstm.runtime.CorpusTrainingConfig;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.Updater;
import io.charlstm.runtime.WindowPlan;
import java.util.Optional;

/**
 * One optimizer update after another: for each of its windows forward and backward; then clip and
 * update. Which windows belong to step s follows from s alone (windows s*k to s*k+k-1 of an endless
 * repetition of the training part, k the gradient accumulation), as do the dropout masks, so a run
 * can go on at any step. h and c are carried and start from zero in each epoch.
 */
final class StepRunner implements AutoCloseable {
  private final Network network;
  private final LaneBatches batches;
  private final int accumulation;
  private final WindowPlan plan;
  private final Updater updater;
  private final StepEngine engine;
  private boolean closed;

  StepRunner(Network network, LaneBatches batches, RunConfig config) {
    this.network = network;
    this.batches = batches;
    accumulation = config.gradientAccumulation();
    WindowPlan madePlan = null;
    Updater madeUpdater = null;
    try {
      madePlan = network.createTrainingPlan(batches.sequenceLength(), batches.batchSize());
      madeUpdater = network.createUpdater(config.optimizer());
      engine = engine(madePlan, madeUpdater, config);
    } catch (RuntimeException | Error e) {
      Closing.after(e, madeUpdater, madePlan);
      throw e;
    }
    plan = madePlan;
    updater = madeUpdater;
  }

  private StepEngine engine(WindowPlan plan, Updater updater, RunConfig config) {
    CorpusTrainingConfig steps =
        new CorpusTrainingConfig(
            accumulation,
            1.0 / ((double) batches.sequenceLength() * batches.batchSize() * accumulation),
            config.clipNorm(),
            config.clipValue(),
            config.seed());
    Optional<CorpusTraining> training =
        network.createCorpusTraining(plan, updater, DeviceSteps.lanes(batches), steps);
    return training.isPresent()
        ? new DeviceSteps(training.get())
        : new HostSteps(batches, plan, updater, steps);
  }

  /** Steps that are best made in one call of {@link #run}. */
  int preferredSteps() {
    return engine.preferredSteps();
  }

  /**
   * Makes a step for each learning rate and adds their losses to the state. A step whose loss or
   * gradients are not finite leaves the weights as they are, and the lanes start again from zero.
   */
  CorpusTraining.Result run(TrainingState state, double[] learningRates) {
    CorpusTraining.Result result = engine.run(state.step, learningRates);
    state.step += learningRates.length;
    if (result.skipped() < learningRates.length) {
      state.gradientNorm = result.gradientNorm();
    }
    state.add(result.loss().nats(), result.loss().count());
    return result;
  }

  /** Passes over the training part that a number of steps amounts to. */
  double epochs(long steps) {
    return (double) steps * accumulation / batches.windows();
  }

  /** Characters trained on in a step. */
  long charactersPerStep() {
    return (long) batches.sequenceLength() * batches.batchSize() * accumulation;
  }

  double stepsPerEpoch() {
    return (double) batches.windows() / accumulation;
  }

  long updates() {
    return updater.step();
  }

  Checkpoint checkpoint() {
    return new Checkpoint(network, updater, plan);
  }

  /** Weights, gradients, moments and the window's buffers, in bytes. */
  long memoryBytes() {
    long blocks = 2L + updater.momentNames().size();
    long tokens = 2L * batches.sequenceLength() * batches.batchSize();
    return 4 * (blocks * network.config().parameterCount() + tokens) + plan.memoryBytes();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      Closing.all(engine, updater, plan);
    }
  }
}
