package io.charlstm.runtime.reference;

import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.OptimizerConfig;
import io.charlstm.runtime.ParameterSpec;
import io.charlstm.runtime.ShadowConfig;
import io.charlstm.runtime.Updater;
import java.util.ArrayList;
import java.util.List;

/** Clips the gradients and applies an {@link UpdateRule} to every parameter value. */
public final class ReferenceUpdater implements Updater {
  /** What PyTorch's {@code clip_grad_norm_} adds to the norm. */
  private static final double NORM_EPSILON = 1e-6;

  private final ReferenceNetwork network;
  private final OptimizerConfig config;
  private final UpdateRule rule;
  private final List<ReferenceParameterBlock> moments = new ArrayList<>();
  private final double[] valueMoments;
  private final ShadowConfig shadowConfig;
  private final ReferenceParameterBlock shadow;
  private double gradientNorm;
  private long step;

  ReferenceUpdater(ReferenceNetwork network, OptimizerConfig config, ShadowConfig shadowConfig) {
    this.network = network;
    this.config = config;
    rule = UpdateRule.of(config);
    NetworkConfig networkConfig = network.config();
    for (int m = 0; m < rule.momentNames().size(); m++) {
      moments.add(new ReferenceParameterBlock(networkConfig));
    }
    valueMoments = new double[moments.size()];
    this.shadowConfig = shadowConfig;
    boolean none = shadowConfig instanceof ShadowConfig.None;
    shadow = none ? null : new ReferenceParameterBlock(networkConfig);
  }

  @Override
  public OptimizerConfig config() {
    return config;
  }

  @Override
  public void update(double learningRate, double clipNorm, double clipValue) {
    gradientNorm = norm(clipValue);
    if (!Double.isFinite(gradientNorm)) {
      return;
    }
    step++;
    double factor = clipNorm > 0 ? Math.min(1, clipNorm / (gradientNorm + NORM_EPSILON)) : 1;
    for (ParameterSpec spec : network.parameters().specs()) {
      updateTensor(spec.name(), learningRate, factor, clipValue);
    }
    double gain = shadowConfig.gain(step);
    switch (shadowConfig) {
      case ShadowConfig.None _ -> {}
      case ShadowConfig.Average _ -> shadow.blend(network.parameters(), gain);
      case ShadowConfig.Anchor _ -> network.parameters().blend(shadow, gain);
    }
  }

  private void updateTensor(String name, double learningRate, double factor, double clipValue) {
    double[] parameters = network.parameters().tensor(name);
    double[] gradients = network.gradients().tensor(name);
    for (int i = 0; i < parameters.length; i++) {
      for (int m = 0; m < valueMoments.length; m++) {
        valueMoments[m] = moments.get(m).tensor(name)[i];
      }
      double gradient = factor * clip(gradients[i], clipValue);
      parameters[i] = rule.apply(parameters[i], gradient, valueMoments, learningRate, step);
      for (int m = 0; m < valueMoments.length; m++) {
        moments.get(m).tensor(name)[i] = valueMoments[m];
      }
    }
  }

  private double norm(double clipValue) {
    double sum = 0;
    for (ParameterSpec spec : network.gradients().specs()) {
      for (double gradient : network.gradients().tensor(spec.name())) {
        double clipped = clip(gradient, clipValue);
        sum += clipped * clipped;
      }
    }
    return Math.sqrt(sum);
  }

  private static double clip(double gradient, double bound) {
    return bound > 0 ? Math.clamp(gradient, -bound, bound) : gradient;
  }

  @Override
  public double readGradientNorm() {
    return gradientNorm;
  }

  @Override
  public long step() {
    return step;
  }

  @Override
  public void setStep(long step) {
    this.step = step;
  }

  @Override
  public List<String> momentNames() {
    return rule.momentNames();
  }

  @Override
  public ReferenceParameterBlock moment(String name) {
    int index = rule.momentNames().indexOf(name);
    if (index < 0) {
      throw new IllegalArgumentException("no moment named " + name);
    }
    return moments.get(index);
  }

  @Override
  public ShadowConfig shadowConfig() {
    return shadowConfig;
  }

  @Override
  public ReferenceParameterBlock shadow() {
    if (shadow == null) {
      throw new IllegalStateException("this updater keeps no other weights");
    }
    return shadow;
  }

  @Override
  public void exchangeShadow() {
    network.parameters().exchange(shadow());
  }

  @Override
  public void close() {}
}
