package io.charlstm.runtime.cudnn;

import io.charlstm.runtime.CorpusTraining;
import io.charlstm.runtime.CorpusTrainingConfig;
import io.charlstm.runtime.LaneTokens;
import io.charlstm.runtime.ownership.Resources;

/**
 * Training over a text that the device steps through by itself. The first step runs call by call;
 * later ones replay it as CUDA graphs, unless graphs are switched off: the same kernels with the
 * same arguments, so the same bits.
 *
 * <p>With fp16 a step whose gradients overflow at the loss scale in use only lowers the scale: it
 * is none of the steps that were not finite.
 */
final class CudnnTraining implements CorpusTraining {
  // A few tenths of a second of work, so that waiting for results costs nothing.
  private static final int PREFERRED_STEPS = 64;

  private final Resources resources = new Resources();
  private final CudnnBackend backend;
  private final CudnnNetwork network;
  private final CudnnPlan plan;
  private final CudnnUpdater updater;
  private final LaneTokens tokens;
  private final int accumulation;
  private final LaneChunks lanes;
  private final RateTable rates;
  private final StepProgram program;
  private final KernelLaunch setCorpus;
  private final KernelLaunch setPosition;
  private final KernelLaunch resetResults;
  private StepGraphs graphs;
  private boolean closed;

  /**
   * On the device thread.
   *
   * @param budget bytes of device memory for the text
   */
  CudnnTraining(
      CudnnPlan plan,
      CudnnUpdater updater,
      LaneTokens tokens,
      CorpusTrainingConfig config,
      long budget) {
    this.plan = plan;
    this.updater = updater;
    this.network = plan.network();
    this.backend = network.backend();
    this.tokens = tokens;
    this.accumulation = config.gradientAccumulation();
    requireFitting();
    try {
      lanes = resources.own(new LaneChunks(network, tokens, plan.shape().vocabulary(), budget));
      rates = resources.own(new RateTable(backend));
      float scale = (float) config.gradientScale();
      program = resources.own(new StepProgram(plan, updater, lanes, rates, scale));
      Launches launches = new Launches(backend, resources);
      long state = network.stateAddress();
      setCorpus =
          launches.single(
              "charlstm_set_corpus",
              state,
              tokens.windows(),
              config.dropoutSeed(),
              config.clipNorm(),
              config.clipValue());
      setPosition = launches.single("charlstm_set_position", state, 0L, 0L);
      resetResults = launches.single("charlstm_reset_results", state);
      resetResults.run();
    } catch (RuntimeException | Error e) {
      resources.abandon(e);
      throw e;
    }
  }

  private void requireFitting() {
    WindowShape shape = plan.shape();
    if (!shape.training() || updater.network() != network) {
      throw new IllegalArgumentException("the plan cannot train, or not with this updater");
    }
    if (tokens.sequenceLength() != shape.sequenceLength()
        || tokens.batchSize() != shape.batchSize()) {
      throw new IllegalArgumentException(
          "the text has windows of "
              + tokens.sequenceLength()
              + " steps of "
              + tokens.batchSize()
              + " lanes, and this is "
              + shape.describe());
    }
    if (accumulation < 1 || tokens.windows() < 1) {
      throw new IllegalArgumentException("a step needs a window, and so does the text");
    }
  }

  @Override
  public int preferredSteps() {
    return PREFERRED_STEPS;
  }

  @Override
  public void run(long firstStep, double[] learningRates) {
    requireOpen();
    backend.thread().run(() -> queue(firstStep, learningRates));
  }

  private void queue(long firstStep, double[] learningRates) {
    plan.forgetScores();
    network.refreshWorkingWeights();
    network.state().use(updater);
    setCorpus.run();
    setPosition.setLong(1, firstStep);
    setPosition.setLong(2, Math.multiplyExact(firstStep, (long) accumulation));
    setPosition.run();
    lanes.forget();
    for (int done = 0; done < learningRates.length; done += RateTable.COUNT) {
      int count = Math.min(RateTable.COUNT, learningRates.length - done);
      rates.load(firstStep + done, learningRates, done, count);
      for (int i = 0; i < count; i++) {
        step(firstStep + done + i);
      }
    }
    network.state().updated();
  }

  private void step(long step) {
    boolean replay = graphs != null;
    for (int i = 0; i < accumulation; i++) {
      lanes.use((step * accumulation + i) % tokens.windows());
      if (replay) {
        graphs.window(i > 0);
      } else {
        program.window(i > 0);
      }
    }
    if (replay) {
      graphs.update();
      return;
    }
    program.update();
    if (backend.options().graph()) {
      graphs = resources.own(new StepGraphs(backend.stream(), program, accumulation));
    }
  }

  @Override
  public Result read() {
    requireOpen();
    return backend
        .thread()
        .call(
            () -> {
              Result result = network.state().read().result();
              resetResults.run();
              return result;
            });
  }

  /** Whether steps are replayed by now. */
  boolean replays() {
    return graphs != null;
  }

  /** Whether the whole text is on the device. */
  boolean resident() {
    return lanes.resident();
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("this training is closed");
    }
    plan.requireOpen();
    updater.requireOpen();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      backend.thread().run(() -> backend.closeWhenIdle(resources));
    }
  }
}
