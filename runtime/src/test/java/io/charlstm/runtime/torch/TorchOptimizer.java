package io.charlstm.runtime.torch;

import io.charlstm.runtime.OptimizerConfig;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.Optimizer;
import org.bytedeco.pytorch.RMSprop;
import org.bytedeco.pytorch.RMSpropOptions;
import org.bytedeco.pytorch.SGD;
import org.bytedeco.pytorch.SGDOptions;
import org.bytedeco.pytorch.TensorVector;

/**
 * libtorch's optimizers under our configuration; Adadelta, which it lacks in C++, from its
 * operators.
 */
interface TorchOptimizer {

  /** Applies the gradients as they are. */
  void step();

  static TorchOptimizer of(OptimizerConfig config, TensorVector parameters, double learningRate) {
    return switch (config) {
      case OptimizerConfig.Adam c -> {
        AdamOptions options = new AdamOptions(learningRate);
        putBetas(options.betas(), c.beta1(), c.beta2());
        options.eps().put(c.epsilon());
        options.weight_decay().put(c.weightDecay());
        yield library(new Adam(parameters, options));
      }
      case OptimizerConfig.AdamW c -> {
        AdamWOptions options = new AdamWOptions(learningRate);
        putBetas(options.betas(), c.beta1(), c.beta2());
        options.eps().put(c.epsilon());
        options.weight_decay().put(c.weightDecay());
        yield library(new AdamW(parameters, options));
      }
      case OptimizerConfig.Sgd c -> {
        SGDOptions options = new SGDOptions(learningRate);
        options.momentum().put(c.momentum());
        options.nesterov().put(c.nesterov());
        options.weight_decay().put(c.weightDecay());
        yield library(new SGD(parameters, options));
      }
      case OptimizerConfig.RmsProp c -> {
        RMSpropOptions options = new RMSpropOptions(learningRate);
        options.alpha().put(c.alpha());
        options.eps().put(c.epsilon());
        options.momentum().put(c.momentum());
        options.weight_decay().put(c.weightDecay());
        yield library(new RMSprop(parameters, options));
      }
      case OptimizerConfig.Adadelta c -> new TorchAdadelta(c, parameters, learningRate);
    };
  }

  private static TorchOptimizer library(Optimizer optimizer) {
    return optimizer::step;
  }

  /**
   * Writes the pair as the library lays it out: it is a C++ tuple, which some compilers store
   * backwards. The defaults, 0.9 and 0.999, tell.
   */
  private static void putBetas(DoublePointer pair, double beta1, double beta2) {
    boolean backwards = pair.get(0) > pair.get(1);
    pair.put(backwards ? beta2 : beta1, backwards ? beta1 : beta2);
  }
}
