package io.charlstm.runtime.cudnn;

import io.charlstm.runtime.ParameterBlock;
import io.charlstm.runtime.ParameterSpec;
import java.util.List;

/** The gradients as they are without the loss scale that fp16 keeps in them. */
final class ScaledGradients implements ParameterBlock {
  private final CudnnNetwork network;
  private final TrainingState state;
  private final ParameterBlock stored;

  ScaledGradients(CudnnNetwork network, TrainingState state) {
    this.network = network;
    this.state = state;
    this.stored = network.block(network.gradientBlock(), () -> {});
  }

  @Override
  public List<ParameterSpec> specs() {
    return stored.specs();
  }

  @Override
  public void read(String name, float[] destination) {
    stored.read(name, destination);
    float factor = network.backend().thread().call(state::inverseLossScale);
    for (int i = 0; i < destination.length; i++) {
      destination[i] *= factor;
    }
  }

  @Override
  public void write(String name, float[] source) {
    network.requireOpen();
    float factor = network.backend().thread().call(state::inverseLossScale);
    float[] scaled = source.clone();
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] /= factor;
    }
    stored.write(name, scaled);
  }

  @Override
  public void clear() {
    stored.clear();
  }
}
