package io.charlstm.runtime.contract;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.ParameterSpec;
import io.charlstm.runtime.TrainingPass;
import io.charlstm.runtime.WindowPlan;
import io.charlstm.runtime.ownership.Resources;
import java.util.LinkedHashMap;
import java.util.Map;

/** A backend with a problem's network and a training plan; closes all of them. */
public final class Session implements AutoCloseable {
  private final Resources resources = new Resources();
  final Network network;
  final WindowPlan plan;

  /** Takes over the backend; the plan can train. */
  public Session(Backend backend, Problem problem) {
    this(backend, problem, true);
  }

  /** Takes over the backend. */
  public Session(Backend backend, Problem problem, boolean training) {
    resources.own(backend);
    try {
      network = resources.own(backend.createNetwork(problem.config()));
      problem.fill(network);
      plan =
          resources.own(
              training
                  ? network.createTrainingPlan(problem.steps(), problem.batch())
                  : network.createEvaluationPlan(problem.steps(), problem.batch()));
    } catch (RuntimeException | Error e) {
      resources.abandon(e);
      throw e;
    }
  }

  /** Scores a window of the problem from the state as it is. */
  public void forward(Problem problem, int window, int steps) {
    plan.forward(Tokens.of(problem.inputs(window)), Tokens.of(problem.targets(window)), steps);
  }

  /** Trains on a window of the problem from the state as it is. */
  public void train(Problem problem, int window, TrainingPass pass) {
    plan.forwardBackward(
        Tokens.of(problem.inputs(window)),
        Tokens.of(problem.targets(window)),
        problem.steps(),
        pass);
  }

  /** Logits of the last scored window (T*B,V). */
  public float[] logits(Problem problem) {
    float[] logits = new float[problem.rows() * problem.config().vocabularySize()];
    plan.readLogits(logits);
    return logits;
  }

  /** State, gradients and loss of the last window. */
  public Window read(Problem problem) {
    Map<String, float[]> gradients = new LinkedHashMap<>();
    for (ParameterSpec spec : network.parameters().specs()) {
      gradients.put(spec.name(), network.gradients().read(spec.name()));
    }
    return new Window(states(problem), gradients, plan.readLoss());
  }

  /** Logits, losses and state of the last scored window. */
  public Window readScored(Problem problem) {
    Map<String, float[]> results = states(problem);
    results.put("logits", logits(problem));
    float[] losses = new float[problem.rows()];
    plan.readTokenLosses(losses);
    results.put("losses", losses);
    return new Window(results, Map.of(), plan.readLoss());
  }

  private Map<String, float[]> states(Problem problem) {
    Map<String, float[]> states = new LinkedHashMap<>();
    states.put("h", ContractSupport.state(plan, problem, 0));
    states.put("c", ContractSupport.state(plan, problem, 1));
    return states;
  }

  @Override
  public void close() {
    resources.close();
  }
}
