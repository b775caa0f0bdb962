package io.charlstm.runtime.torch;

import io.charlstm.runtime.OptimizerConfig;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * {@code torch.optim.Adadelta}, whole tensors at a time, after the algorithm in PyTorch's
 * documentation; it exists in Python only.
 */
final class TorchAdadelta implements TorchOptimizer {
  private final OptimizerConfig.Adadelta config;
  private final TensorVector parameters;
  private final double learningRate;
  private final Tensor[] squareAverages;
  private final Tensor[] deltaAverages;

  TorchAdadelta(OptimizerConfig.Adadelta config, TensorVector parameters, double learningRate) {
    this.config = config;
    this.parameters = parameters;
    this.learningRate = learningRate;
    int count = (int) parameters.size();
    squareAverages = new Tensor[count];
    deltaAverages = new Tensor[count];
    for (int i = 0; i < count; i++) {
      squareAverages[i] = torch.zeros_like(parameters.get(i));
      deltaAverages[i] = torch.zeros_like(parameters.get(i));
    }
  }

  @Override
  public void step() {
    Scalar rho = new Scalar(config.rho());
    Scalar rest = new Scalar(1 - config.rho());
    Scalar epsilon = new Scalar(config.epsilon());
    try (NoGradGuard _ = new NoGradGuard()) {
      for (int i = 0; i < squareAverages.length; i++) {
        Tensor parameter = parameters.get(i);
        Tensor decay = parameter.mul(new Scalar(config.weightDecay()));
        Tensor gradient = parameter.grad().add(decay);
        squareAverages[i].mul_(rho).addcmul_(gradient, gradient, rest);
        Tensor deviation = squareAverages[i].add(epsilon).sqrt();
        Tensor delta = deltaAverages[i].add(epsilon).sqrt().div(deviation).mul(gradient);
        deltaAverages[i].mul_(rho).addcmul_(delta, delta, rest);
        parameter.add_(delta, new Scalar(-learningRate));
      }
    }
  }
}
