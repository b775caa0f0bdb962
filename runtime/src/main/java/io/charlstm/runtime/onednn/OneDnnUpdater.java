package io.charlstm.runtime.onednn;

import io.charlstm.bindings.memory.NativeMemory;
import io.charlstm.runtime.OptimizerConfig;
import io.charlstm.runtime.ParameterBlock;
import io.charlstm.runtime.ShadowConfig;
import io.charlstm.runtime.Updater;
import io.charlstm.runtime.kernels.Floats;
import io.charlstm.runtime.kernels.Kernels;
import io.charlstm.runtime.kernels.UpdateStep;
import java.util.List;

/**
 * Clipping and update rule as two loops over the flat block, each worker over its own part. The
 * gradients themselves are left as they are.
 */
final class OneDnnUpdater implements Updater {
  private static final double NORM_EPSILON = 1e-6;

  private final OneDnnNetwork network;
  private final OptimizerConfig config;
  private final ShadowConfig shadowConfig;
  private final Kernels kernels;
  private final Workers workers;
  private final NativeMemory memory;
  private final List<String> momentNames;
  private final long[] momentBlocks;
  private long shadowBlock;
  private final double[] partialSums;
  private final UpdateStep coefficients = new UpdateStep();
  private final Workers.Job job = this::update;
  private float shadowGain;
  private double clipNorm;
  private double norm;
  private long step;
  private boolean closed;

  OneDnnUpdater(
      OneDnnNetwork network,
      OptimizerConfig config,
      ShadowConfig shadowConfig,
      Kernels kernels,
      Workers workers) {
    this.network = network;
    this.config = config;
    this.shadowConfig = shadowConfig;
    this.kernels = kernels;
    this.workers = workers;
    this.momentNames = UpdateRules.momentNames(config);
    this.momentBlocks = new long[momentNames.size()];
    this.partialSums = new double[workers.count()];
    this.memory = MemoryBudget.allocate("the optimizer", carve(new Carver(0)));
    carve(new Carver(memory.address()));
  }

  private long carve(Carver carver) {
    for (int i = 0; i < momentBlocks.length; i++) {
      momentBlocks[i] = carver.bytes(network.layout().bytes());
    }
    shadowBlock = keepsShadow() ? carver.bytes(network.layout().bytes()) : 0;
    return carver.carved();
  }

  @Override
  public OptimizerConfig config() {
    return config;
  }

  @Override
  public void update(double learningRate, double newClipNorm, double clipValue) {
    requireOpen();
    clipNorm = newClipNorm;
    coefficients.clipValue = clipValue > 0 ? (float) clipValue : Float.POSITIVE_INFINITY;
    UpdateRules.setCoefficients(config, learningRate, step + 1, coefficients);
    shadowGain = (float) shadowConfig.gain(step + 1);
    workers.run(job);
    norm = combinedNorm();
    if (Double.isFinite(norm)) {
      step++;
      network.parametersChanged();
    }
  }

  private void update(int worker) {
    long floats = network.layout().bytes() / 4;
    long from = 4 * Columns.begin(floats, worker, workers.count());
    long count = Columns.end(floats, worker, workers.count()) - from / 4;
    long gradients = network.gradientBlock() + from;
    partialSums[worker] = kernels.sumOfSquares(gradients, count, coefficients.clipValue);
    workers.barrier();
    double total = combinedNorm();
    if (!Double.isFinite(total)) {
      return;
    }
    if (worker == 0) {
      coefficients.gradientScale = gradientScale(total);
    }
    workers.barrier();
    UpdateRules.apply(
        config,
        kernels,
        network.parameterBlock() + from,
        gradients,
        moment(0) + from,
        moment(1) + from,
        count,
        coefficients);
    blend(from, count);
    workers.ended(worker, PhaseClock.Phase.UPDATE);
  }

  // Right after the rule, while this part of the parameters is in the cache.
  private void blend(long from, long count) {
    long parameters = network.parameterBlock() + from;
    if (shadowConfig instanceof ShadowConfig.Average) {
      kernels.blend(shadowBlock + from, parameters, count, shadowGain);
    } else if (shadowConfig instanceof ShadowConfig.Anchor) {
      kernels.blend(parameters, shadowBlock + from, count, shadowGain);
    }
  }

  private boolean keepsShadow() {
    return !(shadowConfig instanceof ShadowConfig.None);
  }

  private long moment(int index) {
    return index < momentBlocks.length ? momentBlocks[index] : 0;
  }

  private double combinedNorm() {
    double sum = 0;
    for (double partial : partialSums) {
      sum += partial;
    }
    return Math.sqrt(sum);
  }

  private float gradientScale(double total) {
    return clipNorm > 0 ? (float) Math.min(1, clipNorm / (total + NORM_EPSILON)) : 1;
  }

  @Override
  public double readGradientNorm() {
    return norm;
  }

  @Override
  public long step() {
    return step;
  }

  @Override
  public void setStep(long newStep) {
    step = newStep;
  }

  @Override
  public List<String> momentNames() {
    return momentNames;
  }

  @Override
  public ParameterBlock moment(String name) {
    int index = momentNames.indexOf(name);
    if (index < 0) {
      throw new IllegalArgumentException(
          "no moment named " + name + ", this optimizer has " + momentNames);
    }
    return new OneDnnParameterBlock(
        network.layout(), momentBlocks[index], this::requireOpen, () -> {});
  }

  @Override
  public ShadowConfig shadowConfig() {
    return shadowConfig;
  }

  @Override
  public ParameterBlock shadow() {
    requireShadow();
    return new OneDnnParameterBlock(network.layout(), shadowBlock, this::requireOpen, () -> {});
  }

  @Override
  public void exchangeShadow() {
    requireOpen();
    requireShadow();
    Floats.exchange(network.parameterBlock(), shadowBlock, network.layout().bytes() / 4);
    network.parametersChanged();
  }

  private void requireShadow() {
    if (!keepsShadow()) {
      throw new IllegalStateException("this updater keeps no other weights");
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("this updater is closed");
    }
    network.requireOpen();
  }

  @Override
  public void close() {
    closed = true;
    memory.close();
  }
}
