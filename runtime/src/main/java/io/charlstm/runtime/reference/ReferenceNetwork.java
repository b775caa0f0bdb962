package io.charlstm.runtime.reference;

import io.charlstm.runtime.Network;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.OptimizerConfig;
import io.charlstm.runtime.ShadowConfig;

/** Parameters and gradients in double precision. */
public final class ReferenceNetwork implements Network {
  private final NetworkConfig config;
  private final ReferenceParameterBlock parameters;
  private final ReferenceParameterBlock gradients;

  ReferenceNetwork(NetworkConfig config) {
    this.config = config;
    parameters = new ReferenceParameterBlock(config);
    gradients = new ReferenceParameterBlock(config);
  }

  @Override
  public NetworkConfig config() {
    return config;
  }

  @Override
  public ReferenceParameterBlock parameters() {
    return parameters;
  }

  @Override
  public ReferenceParameterBlock gradients() {
    return gradients;
  }

  @Override
  public ReferenceWindowPlan createEvaluationPlan(int sequenceLength, int batchSize) {
    return new ReferenceWindowPlan(this, sequenceLength, batchSize, false);
  }

  @Override
  public ReferenceWindowPlan createTrainingPlan(int sequenceLength, int batchSize) {
    return new ReferenceWindowPlan(this, sequenceLength, batchSize, true);
  }

  @Override
  public ReferenceUpdater createUpdater(OptimizerConfig optimizer, ShadowConfig shadow) {
    return new ReferenceUpdater(this, optimizer, shadow);
  }

  @Override
  public ReferenceDecoder createDecoder(int streams) {
    return new ReferenceDecoder(this, streams);
  }

  @Override
  public void close() {}
}
