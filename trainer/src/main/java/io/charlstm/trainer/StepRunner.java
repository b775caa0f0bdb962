package io.charlstm.trainer;

import io.charlstm.data.LaneBatches;
import io.charlstm.data.TokenBatches;
import io.charlstm.runtime.CorpusTraining;
import io.charlstm.runtime.CorpusTrainingConfig;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.Updater;
import io.charlstm.runtime.WindowPlan;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One optimizer update after another: for each of its windows forward and backward; then clip and
 * update. Which windows belong to step s follows from s and the seed alone (windows s*k to s*k+k-1
 * of an endless repetition of the training part, each time in the order of its epoch, k the
 * gradient accumulation), as do the dropout masks, so a run can go on at any step. h and c start
 * from zero in each epoch and are carried, or start from zero in each window, as the batches say.
 */
final class StepRunner implements AutoCloseable {
  private final Network network;
  private final TokenBatches batches;
  private final EpochSteps epochs;
  private final int accumulation;
  private final WindowPlan plan;
  private final Updater updater;
  private final StepEngine engine;
  private boolean closed;

  StepRunner(Network network, TokenBatches batches, RunConfig config) {
    this.network = network;
    this.batches = batches;
    accumulation = config.gradientAccumulation();
    epochs = new EpochSteps(batches.windows(), accumulation);
    WindowPlan madePlan = null;
    Updater madeUpdater = null;
    try {
      madePlan = network.createTrainingPlan(batches.sequenceLength(), batches.batchSize());
      madeUpdater = network.createUpdater(config.optimizer(), config.shadow());
      engine = engine(madePlan, madeUpdater, config);
    } catch (RuntimeException | Error e) {
      Closing.after(e, madeUpdater, madePlan);
      throw e;
    }
    plan = madePlan;
    updater = madeUpdater;
  }

  private StepEngine engine(WindowPlan plan, Updater updater, RunConfig config) {
    GradientScale scale = new GradientScale(config);
    CorpusTrainingConfig steps =
        new CorpusTrainingConfig(
            accumulation,
            scale.ofFull(batches),
            config.clipNorm(),
            config.clipValue(),
            config.seed());
    Optional<CorpusTraining> training =
        batches instanceof LaneBatches lanes
            ? network.createCorpusTraining(plan, updater, DeviceSteps.lanes(lanes), steps)
            : Optional.empty();
    return training.isPresent()
        ? new DeviceSteps(training.get())
        : new HostSteps(batches, plan, updater, steps, scale);
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
    long epoch = epochs.epochAfter(state.step);
    CorpusTraining.Result result = engine.run(state.step, learningRates);
    state.step += learningRates.length;
    if (result.skipped() < learningRates.length) {
      state.gradientNorm = result.gradientNorm();
    }
    state.add(result.loss(), learningRates.length - result.skipped(), epoch);
    return result;
  }

  /** Passes over the training part that a number of steps amounts to. */
  double epochs(long steps) {
    return (double) steps * accumulation / batches.windows();
  }

  /** Steps by epochs. */
  EpochSteps epochSteps() {
    return epochs;
  }

  /** Characters trained on in a step, on average. */
  double charactersPerStep() {
    return (double) batches.characters() / batches.windows() * accumulation;
  }

  /** Lanes, which are lines or sequences where these are not carried on, of a step. */
  long samplesPerStep() {
    return (long) batches.batchSize() * accumulation;
  }

  double stepsPerEpoch() {
    return (double) batches.windows() / accumulation;
  }

  long updates() {
    return updater.step();
  }

  /** Whether the run is judged by an average of its weights. */
  boolean averages() {
    return checkpoint().averages();
  }

  /** Work that is to see the weights that the run is judged by: their average if there is one. */
  <T> T withJudged(Supplier<T> work) {
    if (!averages()) {
      return work.get();
    }
    updater.exchangeShadow();
    try {
      return work.get();
    } finally {
      updater.exchangeShadow();
    }
  }

  Checkpoint checkpoint() {
    return new Checkpoint(network, updater, plan);
  }

  /** Weights, gradients, moments and the window's buffers, in bytes. */
  long memoryBytes() {
    long blocks = (averages() ? 3L : 2L) + updater.momentNames().size();
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
