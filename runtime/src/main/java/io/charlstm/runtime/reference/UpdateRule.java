package io.charlstm.runtime.reference;

import io.charlstm.runtime.OptimizerConfig;
import java.util.List;

/**
 * The update of a single parameter value. Formulas as documented for {@code torch.optim}; p is the
 * parameter, g its clipped gradient, m its moments.
 */
interface UpdateRule {

  List<String> momentNames();

  /**
   * New value of one parameter.
   *
   * @param moments this value's moments in the order of {@link #momentNames()}; updated in place
   * @param step number of this update, from 1
   */
  double apply(double p, double g, double[] moments, double learningRate, long step);

  static UpdateRule of(OptimizerConfig config) {
    return switch (config) {
      case OptimizerConfig.Adam c -> new Adam(c);
      case OptimizerConfig.AdamW c -> new AdamW(c);
      case OptimizerConfig.Sgd c -> new Sgd(c);
      case OptimizerConfig.RmsProp c -> new RmsProp(c);
      case OptimizerConfig.Adadelta c -> new Adadelta(c);
    };
  }

  /** Kingma and Ba (2015); weight decay joins the gradient. */
  record Adam(OptimizerConfig.Adam c) implements UpdateRule {
    @Override
    public List<String> momentNames() {
      return List.of("exp_avg", "exp_avg_sq");
    }

    @Override
    public double apply(double p, double g, double[] m, double learningRate, long step) {
      double decayed = g + c.weightDecay() * p;
      double direction = direction(decayed, m, c.beta1(), c.beta2(), c.epsilon(), step);
      return p - learningRate * direction;
    }

    /** The bias-corrected mean over the root of the bias-corrected mean square. */
    static double direction(
        double g, double[] m, double beta1, double beta2, double epsilon, long step) {
      m[0] = beta1 * m[0] + (1 - beta1) * g;
      m[1] = beta2 * m[1] + (1 - beta2) * g * g;
      double mean = m[0] / (1 - Math.pow(beta1, (double) step));
      double square = m[1] / (1 - Math.pow(beta2, (double) step));
      return mean / (Math.sqrt(square) + epsilon);
    }
  }

  /** Loshchilov and Hutter (2019): Adam on a parameter that has decayed by itself. */
  record AdamW(OptimizerConfig.AdamW c) implements UpdateRule {
    @Override
    public List<String> momentNames() {
      return List.of("exp_avg", "exp_avg_sq");
    }

    @Override
    public double apply(double p, double g, double[] m, double learningRate, long step) {
      double decayed = p * (1 - learningRate * c.weightDecay());
      double direction = Adam.direction(g, m, c.beta1(), c.beta2(), c.epsilon(), step);
      return decayed - learningRate * direction;
    }
  }

  /** Gradient descent; the velocity is PyTorch's, with the learning rate outside of it. */
  record Sgd(OptimizerConfig.Sgd c) implements UpdateRule {
    @Override
    public List<String> momentNames() {
      return c.momentum() == 0 ? List.of() : List.of("momentum_buffer");
    }

    @Override
    public double apply(double p, double g, double[] m, double learningRate, long step) {
      double decayed = g + c.weightDecay() * p;
      if (c.momentum() == 0) {
        return p - learningRate * decayed;
      }
      m[0] = c.momentum() * m[0] + decayed;
      double direction = c.nesterov() ? decayed + c.momentum() * m[0] : m[0];
      return p - learningRate * direction;
    }
  }

  /** Tieleman and Hinton (2012), not centered; epsilon is outside the root. */
  record RmsProp(OptimizerConfig.RmsProp c) implements UpdateRule {
    @Override
    public List<String> momentNames() {
      return c.momentum() == 0 ? List.of("square_avg") : List.of("square_avg", "momentum_buffer");
    }

    @Override
    public double apply(double p, double g, double[] m, double learningRate, long step) {
      double decayed = g + c.weightDecay() * p;
      m[0] = c.alpha() * m[0] + (1 - c.alpha()) * decayed * decayed;
      double direction = decayed / (Math.sqrt(m[0]) + c.epsilon());
      if (c.momentum() == 0) {
        return p - learningRate * direction;
      }
      m[1] = c.momentum() * m[1] + direction;
      return p - learningRate * m[1];
    }
  }

  /** Zeiler (2012); epsilon is inside both roots. */
  record Adadelta(OptimizerConfig.Adadelta c) implements UpdateRule {
    @Override
    public List<String> momentNames() {
      return List.of("square_avg", "acc_delta");
    }

    @Override
    public double apply(double p, double g, double[] m, double learningRate, long step) {
      double decayed = g + c.weightDecay() * p;
      m[0] = c.rho() * m[0] + (1 - c.rho()) * decayed * decayed;
      double delta = Math.sqrt(m[1] + c.epsilon()) / Math.sqrt(m[0] + c.epsilon()) * decayed;
      m[1] = c.rho() * m[1] + (1 - c.rho()) * delta * delta;
      return p - learningRate * delta;
    }
  }
}
