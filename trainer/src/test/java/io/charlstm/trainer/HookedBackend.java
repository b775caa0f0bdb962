package io.charlstm.trainer;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.OptimizerConfig;
import io.charlstm.runtime.ParameterBlock;
import io.charlstm.runtime.ParameterSpec;
import io.charlstm.runtime.ShadowConfig;
import io.charlstm.runtime.StepDecoder;
import io.charlstm.runtime.Updater;
import io.charlstm.runtime.WindowPlan;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * A backend whose updates can be watched or spoilt, and which keeps everything that a checkpoint
 * holds in single precision, as real backends do; the reference computes in double.
 *
 * @param beforeUpdate is given the network and the number of updates made so far
 * @param afterUpdate is given the number of updates made
 */
record HookedBackend(Backend real, Spoiler beforeUpdate, LongConsumer afterUpdate)
    implements Backend {

  interface Spoiler {
    Spoiler NONE = (network, updates) -> {};

    void before(Network network, long updates);
  }

  @Override
  public String name() {
    return real.name();
  }

  @Override
  public String device() {
    return real.device();
  }

  @Override
  public String description() {
    return real.description();
  }

  @Override
  public String precision() {
    return real.precision();
  }

  @Override
  public void prepareTraining() {
    real.prepareTraining();
  }

  @Override
  public int threads() {
    return real.threads();
  }

  @Override
  public Network createNetwork(NetworkConfig config) {
    return new HookedNetwork(real.createNetwork(config), this);
  }

  @Override
  public void close() {
    real.close();
  }

  private static void round(ParameterBlock block) {
    for (ParameterSpec spec : block.specs()) {
      block.write(spec.name(), block.read(spec.name()));
    }
  }

  private record HookedNetwork(Network real, HookedBackend backend) implements Network {
    @Override
    public NetworkConfig config() {
      return real.config();
    }

    @Override
    public ParameterBlock parameters() {
      return real.parameters();
    }

    @Override
    public ParameterBlock gradients() {
      return real.gradients();
    }

    @Override
    public WindowPlan createEvaluationPlan(int sequenceLength, int batchSize) {
      return real.createEvaluationPlan(sequenceLength, batchSize);
    }

    @Override
    public WindowPlan createTrainingPlan(int sequenceLength, int batchSize) {
      return new RoundingPlan(real.createTrainingPlan(sequenceLength, batchSize), config());
    }

    @Override
    public Updater createUpdater(OptimizerConfig config, ShadowConfig shadow) {
      return new HookedUpdater(real.createUpdater(config, shadow), this);
    }

    @Override
    public StepDecoder createDecoder(int streams) {
      return real.createDecoder(streams);
    }

    @Override
    public void close() {
      real.close();
    }
  }

  private record HookedUpdater(Updater real, HookedNetwork network) implements Updater {
    @Override
    public OptimizerConfig config() {
      return real.config();
    }

    @Override
    public void update(double learningRate, double clipNorm, double clipValue) {
      network.backend().beforeUpdate().before(network.real(), real.step());
      real.update(learningRate, clipNorm, clipValue);
      round(network.parameters());
      real.momentNames().forEach(name -> round(real.moment(name)));
      if (real.shadowConfig() instanceof ShadowConfig.Average) {
        round(real.shadow());
      }
      network.backend().afterUpdate().accept(real.step());
    }

    @Override
    public double readGradientNorm() {
      return real.readGradientNorm();
    }

    @Override
    public long step() {
      return real.step();
    }

    @Override
    public void setStep(long step) {
      real.setStep(step);
    }

    @Override
    public List<String> momentNames() {
      return real.momentNames();
    }

    @Override
    public ParameterBlock moment(String name) {
      return real.moment(name);
    }

    @Override
    public ShadowConfig shadowConfig() {
      return real.shadowConfig();
    }

    @Override
    public ParameterBlock shadow() {
      return real.shadow();
    }

    @Override
    public void exchangeShadow() {
      real.exchangeShadow();
    }

    @Override
    public void close() {
      real.close();
    }
  }
}
