package io.charlstm.trainer;

import io.charlstm.data.ScoringWindows;
import io.charlstm.data.TokenSequence;
import io.charlstm.runtime.Backend;
import io.charlstm.runtime.LossSum;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.OptimizerConfig;
import io.charlstm.runtime.ParameterBlock;
import io.charlstm.runtime.ParameterSpec;
import io.charlstm.runtime.ShadowConfig;
import io.charlstm.runtime.TrainingPass;
import io.charlstm.runtime.Updater;
import io.charlstm.runtime.WindowPlan;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Dynamic evaluation (Mikolov et al. 2010; Krause, Kahembwe, Murray and Renals 2018): a text is
 * scored window after window, in one lane with carried state, and after each window the weights
 * make a step of gradient descent on its mean loss, so that later windows profit from what earlier
 * ones showed. A window is scored before the step on it: every loss counted is of weights that have
 * seen nothing but the text before. The plain step of that paper, on weights of its own: the
 * network that was trained stays as it is.
 *
 * @param rate size of the steps
 * @param decay part of the distance to the trained weights that the weights go back after each
 *     step, from 0 to 1: the paper's global prior
 * @param window T, characters of a window
 */
public record DynamicEvaluation(double rate, double decay, int window) {
  private static final OptimizerConfig DESCENT = new OptimizerConfig.Sgd(0, false, 0);

  public DynamicEvaluation {
    if (!(rate >= 0 && Double.isFinite(rate))) {
      throw new ConfigException("the rate of dynamic evaluation must not be negative: " + rate);
    }
    if (!(decay >= 0 && decay <= 1)) {
      throw new ConfigException("the decay of dynamic evaluation must be from 0 to 1: " + decay);
    }
    if (window < 1) {
      throw new ConfigException("the window of dynamic evaluation must be at least 1: " + window);
    }
  }

  /**
   * Scores a text: each token but the first, given those before it.
   *
   * @param backend of the trained network, in whose precision windows are trained and so scored
   * @param trained is read and not changed; dropout plays no part
   * @param tokens at least 2
   * @throws io.charlstm.data.CorpusException when there are fewer than 2 tokens
   * @throws io.charlstm.runtime.BackendUnavailableException when the backend cannot train
   * @throws ConfigException when the steps led to a loss that is not finite
   */
  public LossSum score(Backend backend, Network trained, TokenSequence tokens) {
    backend.prepareTraining();
    int steps = (int) Math.clamp(tokens.size() - 1, 1L, (long) window);
    ScoringWindows windows = new ScoringWindows(tokens, 1, steps);
    try (Network network = backend.createNetwork(trained.config().withoutDropout());
        WindowPlan plan = network.createTrainingPlan(steps, 1);
        Updater updater = network.createUpdater(DESCENT, new ShadowConfig.Anchor(decay))) {
      copy(trained.parameters(), network.parameters());
      copy(trained.parameters(), updater.shadow());
      run(windows, plan, updater);
      LossSum loss = plan.readLoss();
      if (!Double.isFinite(loss.nats())) {
        throw new ConfigException(
            "dynamic evaluation at rate " + rate + " led to a loss that is not finite: lower it");
      }
      return loss;
    }
  }

  private static void copy(ParameterBlock from, ParameterBlock to) {
    for (ParameterSpec spec : from.specs()) {
      to.write(spec.name(), from.read(spec.name()));
    }
  }

  private void run(ScoringWindows windows, WindowPlan plan, Updater updater) {
    plan.resetState();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment inputs = arena.allocate(ValueLayout.JAVA_INT, windows.sequenceLength());
      MemorySegment targets = arena.allocate(ValueLayout.JAVA_INT, windows.sequenceLength());
      for (long i = 0; i < windows.windows(); i++) {
        windows.fill(i, inputs, targets);
        double mean = 1.0 / windows.scored(i);
        plan.forwardBackward(
            inputs, targets, windows.steps(i), new TrainingPass(mean, false, 0, i));
        updater.update(rate, 0, 0);
      }
    }
  }
}
