package io.charlstm.runtime.cudnn;

import io.charlstm.runtime.CorpusTraining;
import io.charlstm.runtime.CorpusTrainingConfig;
import io.charlstm.runtime.LossSum;
import io.charlstm.runtime.OptimizerConfig;
import io.charlstm.runtime.ParameterSpec;
import io.charlstm.runtime.ShadowConfig;
import io.charlstm.runtime.TrainingPass;
import io.charlstm.runtime.Updater;
import io.charlstm.runtime.contract.Problem;
import io.charlstm.runtime.contract.Tokens;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** A network in training over random lanes, and what became of it. */
final class TextRun implements AutoCloseable {
  static final OptimizerConfig ADAM = new OptimizerConfig.Adam(0.9, 0.99, 1e-8, 0.01);

  /** Its warm-up ends at update 5. */
  private static final ShadowConfig AVERAGE = new ShadowConfig.Average(0.4);

  private static final double CLIP_NORM = 0.3;
  private static final double CLIP_VALUE = 0.2;
  private static final long SEED = 77;

  final Problem problem;
  final RandomLanes lanes;
  final CudnnBackend backend;
  final CudnnNetwork network;
  final CudnnPlan plan;
  final Updater updater;
  final CorpusTrainingConfig config;

  /** Takes over the backend. */
  TextRun(CudnnBackend backend, Problem problem, RandomLanes lanes, int accumulation) {
    this.backend = backend;
    this.problem = problem;
    this.lanes = lanes;
    network = (CudnnNetwork) backend.createNetwork(problem.config());
    problem.fill(network);
    plan = (CudnnPlan) network.createTrainingPlan(problem.steps(), problem.batch());
    problem.fillState(plan);
    updater = network.createUpdater(ADAM, AVERAGE);
    double scale = 1.0 / (problem.rows() * accumulation);
    config = new CorpusTrainingConfig(accumulation, scale, CLIP_NORM, CLIP_VALUE, SEED);
  }

  /** Training that keeps at most {@code budget} bytes of text on the device. */
  CudnnTraining training(long budget) {
    return network.createCorpusTraining(plan, updater, lanes, config, budget);
  }

  /** Learning rates of steps, each another one. */
  static double[] rates(long firstStep, int count) {
    double[] rates = new double[count];
    Arrays.setAll(rates, i -> 0.01 / (1 + 0.1 * (firstStep + i)));
    return rates;
  }

  /** The same steps window by window, as a host makes them. */
  CorpusTraining.Result stepOnHost(long firstStep, int count) {
    LossSum loss = LossSum.ZERO;
    double norm = Double.NaN;
    long skipped = 0;
    long firstSkipped = -1;
    long inARow = 0;
    double[] rates = rates(firstStep, count);
    for (int i = 0; i < count; i++) {
      LossSum step = windowsOnHost(firstStep + i);
      long before = updater.step();
      if (Double.isFinite(step.nats())) {
        updater.update(rates[i], CLIP_NORM, CLIP_VALUE);
      }
      if (updater.step() > before) {
        loss = loss.plus(step);
        norm = updater.readGradientNorm();
        inARow = 0;
      } else {
        plan.resetState();
        firstSkipped = skipped == 0 ? firstStep + i : firstSkipped;
        skipped++;
        inARow++;
      }
    }
    return new CorpusTraining.Result(loss, norm, skipped, firstSkipped, inARow);
  }

  private LossSum windowsOnHost(long step) {
    int k = config.gradientAccumulation();
    plan.readLoss();
    for (int i = 0; i < k; i++) {
      long window = step * k + i;
      long inEpoch = window % lanes.windows();
      if (inEpoch == 0) {
        plan.resetState();
      }
      plan.forwardBackward(
          Tokens.of(lanes.window(inEpoch, 0)),
          Tokens.of(lanes.window(inEpoch, 1)),
          problem.steps(),
          new TrainingPass(config.gradientScale(), i > 0, SEED, window));
    }
    return plan.readLoss();
  }

  /** Everything that a checkpoint keeps, by name. */
  Map<String, float[]> snapshot() {
    Map<String, float[]> all = new LinkedHashMap<>();
    for (ParameterSpec spec : problem.config().parameters()) {
      all.put(spec.name(), network.parameters().read(spec.name()));
      all.put("average." + spec.name(), updater.shadow().read(spec.name()));
      for (String moment : updater.momentNames()) {
        all.put(moment + "." + spec.name(), updater.moment(moment).read(spec.name()));
      }
    }
    float[] h = new float[problem.state(0).length];
    float[] c = new float[h.length];
    plan.readState(h, c);
    all.put("h", h);
    all.put("c", c);
    all.put("updates", new float[] {updater.step()});
    return all;
  }

  /** Goes on from another run's {@link #snapshot}. */
  void restore(Map<String, float[]> snapshot) {
    for (ParameterSpec spec : problem.config().parameters()) {
      network.parameters().write(spec.name(), snapshot.get(spec.name()));
      updater.shadow().write(spec.name(), snapshot.get("average." + spec.name()));
      for (String moment : updater.momentNames()) {
        updater.moment(moment).write(spec.name(), snapshot.get(moment + "." + spec.name()));
      }
    }
    plan.writeState(snapshot.get("h"), snapshot.get("c"));
    updater.setStep((long) snapshot.get("updates")[0]);
  }

  @Override
  public void close() {
    updater.close();
    plan.close();
    network.close();
    backend.close();
  }
}
