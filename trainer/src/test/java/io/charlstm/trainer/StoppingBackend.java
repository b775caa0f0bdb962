package io.charlstm.trainer;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.OptimizerConfig;
import io.charlstm.runtime.ParameterBlock;
import io.charlstm.runtime.StepDecoder;
import io.charlstm.runtime.Updater;
import io.charlstm.runtime.WindowPlan;
import java.util.List;

/** A backend that asks a run to stop as soon as its optimizer has made a number of updates. */
record StoppingBackend(Backend real, StopSignal stop, long updates) implements Backend {
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
  public int threads() {
    return real.threads();
  }

  @Override
  public Network createNetwork(NetworkConfig config) {
    return new StoppingNetwork(real.createNetwork(config), this);
  }

  @Override
  public void close() {
    real.close();
  }

  private record StoppingNetwork(Network real, StoppingBackend backend) implements Network {
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
      return real.createTrainingPlan(sequenceLength, batchSize);
    }

    @Override
    public Updater createUpdater(OptimizerConfig config) {
      return new StoppingUpdater(real.createUpdater(config), backend);
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

  private record StoppingUpdater(Updater real, StoppingBackend backend) implements Updater {
    @Override
    public OptimizerConfig config() {
      return real.config();
    }

    @Override
    public void update(double learningRate, double clipNorm, double clipValue) {
      real.update(learningRate, clipNorm, clipValue);
      if (real.step() >= backend.updates()) {
        backend.stop().request();
      }
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
    public void close() {
      real.close();
    }
  }
}
