package io.charlstm.trainer;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.CorpusTraining;
import io.charlstm.runtime.CorpusTrainingConfig;
import io.charlstm.runtime.LaneTokens;
import io.charlstm.runtime.LossSum;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.TrainingPass;
import io.charlstm.runtime.Updater;
import io.charlstm.runtime.WindowPlan;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Optional;

/** Adds training over a text that the backend holds to one that is handed windows. */
final class BatchedSteps implements CorpusTraining {

  /** Is told of each step before it is made. */
  interface BeforeStep {
    void before(Network network, long step);
  }

  private final Network network;
  private final int preferred;
  private final BeforeStep hook;
  private final WindowPlan plan;
  private final Updater updater;
  private final LaneTokens tokens;
  private final CorpusTrainingConfig config;
  private LossSum sum = LossSum.ZERO;
  private double norm = Double.NaN;
  private long skipped;
  private long firstSkipped = -1;
  private long inARow;

  private BatchedSteps(
      Network network,
      int preferred,
      BeforeStep hook,
      WindowPlan plan,
      Updater updater,
      LaneTokens tokens,
      CorpusTrainingConfig config) {
    this.network = network;
    this.preferred = preferred;
    this.hook = hook;
    this.plan = plan;
    this.updater = updater;
    this.tokens = tokens;
    this.config = config;
  }

  static Backend backend(Backend real, int preferred, BeforeStep hook) {
    return proxy(
        Backend.class,
        real,
        "createNetwork",
        (made, arguments) -> network((Network) made, preferred, hook));
  }

  private static Network network(Network real, int preferred, BeforeStep hook) {
    return proxy(
        Network.class,
        real,
        "createCorpusTraining",
        (made, a) ->
            Optional.of(
                new BatchedSteps(
                    real,
                    preferred,
                    hook,
                    (WindowPlan) a[0],
                    (Updater) a[1],
                    (LaneTokens) a[2],
                    (CorpusTrainingConfig) a[3])));
  }

  private interface Change {
    Object of(Object result, Object[] arguments);
  }

  private static <T> T proxy(Class<T> type, T real, String method, Change change) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, called, arguments) -> {
              try {
                Object result = called.invoke(real, arguments);
                return called.getName().equals(method) ? change.of(result, arguments) : result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  @Override
  public int preferredSteps() {
    return preferred;
  }

  @Override
  public void run(long firstStep, double[] learningRates) {
    for (int i = 0; i < learningRates.length; i++) {
      hook.before(network, firstStep + i);
      step(firstStep + i, learningRates[i]);
    }
  }

  private void step(long step, double learningRate) {
    LossSum loss = LossSum.ZERO;
    for (int i = 0; i < config.gradientAccumulation(); i++) {
      window(step * config.gradientAccumulation() + i, i > 0);
      loss = loss.plus(plan.readLoss());
    }
    long before = updater.step();
    if (Double.isFinite(loss.nats())) {
      updater.update(learningRate, config.clipNorm(), config.clipValue());
    }
    if (updater.step() > before) {
      sum = sum.plus(loss);
      norm = updater.readGradientNorm();
      inARow = 0;
    } else {
      plan.resetState();
      firstSkipped = skipped == 0 ? step : firstSkipped;
      skipped++;
      inARow++;
    }
  }

  private void window(long index, boolean accumulate) {
    int length = tokens.sequenceLength();
    int lanes = tokens.batchSize();
    long window = index % tokens.windows();
    if (window == 0) {
      plan.resetState();
    }
    int[] rows = new int[lanes * (length + 1)];
    tokens.readLanes(window, 1, MemorySegment.ofArray(rows));
    int[] inputs = new int[length * lanes];
    int[] targets = new int[length * lanes];
    for (int t = 0; t < length; t++) {
      for (int lane = 0; lane < lanes; lane++) {
        inputs[t * lanes + lane] = rows[lane * (length + 1) + t];
        targets[t * lanes + lane] = rows[lane * (length + 1) + t + 1];
      }
    }
    TrainingPass pass =
        new TrainingPass(config.gradientScale(), accumulate, config.dropoutSeed(), index);
    MemorySegment in = MemorySegment.ofArray(inputs);
    plan.forwardBackward(in, MemorySegment.ofArray(targets), length, pass);
  }

  @Override
  public Result read() {
    Result result = new Result(sum, norm, skipped, firstSkipped, inARow);
    sum = LossSum.ZERO;
    norm = Double.NaN;
    skipped = 0;
    firstSkipped = -1;
    inARow = 0;
    return result;
  }

  @Override
  public void close() {}
}
