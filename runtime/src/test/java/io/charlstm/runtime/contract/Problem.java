package io.charlstm.runtime.contract;

import io.charlstm.runtime.DropoutKind;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.ParameterSpec;
import io.charlstm.runtime.WindowPlan;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A network with random parameters, a carried state and windows of random tokens, all drawn from
 * one seed. Every value is a float, so that all backends start from exactly the same numbers.
 *
 * @param config the network
 * @param steps T
 * @param batch B
 * @param seed of everything random
 */
public record Problem(NetworkConfig config, int steps, int batch, long seed) {
  private static final double IGNORED = 0.15;

  /** A network without dropout; {@code embedding} 0 means one-hot. */
  public static Problem of(
      int steps, int batch, int embedding, int hidden, int layers, int vocabulary, long seed) {
    NetworkConfig config = NetworkConfig.of(vocabulary, embedding, hidden, layers);
    return new Problem(config, steps, batch, seed);
  }

  /** The same with an embedding of width H that is also the output's weight. */
  public Problem tied() {
    return with(
        new NetworkConfig(
            config.vocabularySize(),
            config.hiddenSize(),
            config.hiddenSize(),
            config.numLayers(),
            true,
            config.dropout(),
            config.inputDropout(),
            config.outputDropout(),
            config.dropoutKind(),
            config.weightDropout()));
  }

  /** The same with dropout at every place; none on a one-hot input. */
  public Problem withDropout(double between, double input, double output) {
    double embedded = config.oneHot() ? 0 : input;
    return withDropout(between, embedded, output, config.dropoutKind(), config.weightDropout());
  }

  /** The same with masks that all steps of a window share. */
  public Problem variational() {
    return withDropout(
        config.dropout(),
        config.inputDropout(),
        config.outputDropout(),
        DropoutKind.VARIATIONAL,
        config.weightDropout());
  }

  /** The same with recurrent weights that are dropped. */
  public Problem withWeightDropout(double probability) {
    return withDropout(
        config.dropout(),
        config.inputDropout(),
        config.outputDropout(),
        config.dropoutKind(),
        probability);
  }

  private Problem withDropout(
      double between, double input, double output, DropoutKind kind, double ofWeights) {
    return with(
        new NetworkConfig(
            config.vocabularySize(),
            config.embeddingSize(),
            config.hiddenSize(),
            config.numLayers(),
            config.tiedEmbedding(),
            between,
            input,
            output,
            kind,
            ofWeights));
  }

  /** The same with another number of steps. */
  public Problem withSteps(int other) {
    return new Problem(config, other, batch, seed);
  }

  private Problem with(NetworkConfig other) {
    return new Problem(other, steps, batch, seed);
  }

  /** Number of tokens in a window. */
  public int rows() {
    return steps * batch;
  }

  /** Random parameters: weights uniform in ±1.5/sqrt(fan-in), biases in ±0.3. */
  public Map<String, float[]> parameters() {
    SplittableRandom random = new SplittableRandom(seed);
    Map<String, float[]> parameters = new LinkedHashMap<>();
    for (ParameterSpec spec : config.parameters()) {
      boolean bias = spec.shape().size() == 1;
      double bound = bias ? 0.3 : 1.5 / Math.sqrt(spec.shape().get(1));
      parameters.put(spec.name(), uniform(random, spec.size(), bound));
    }
    return parameters;
  }

  /** Writes {@link #parameters()}. */
  public void fill(Network network) {
    parameters().forEach(network.parameters()::write);
  }

  /** A random state in ±0.8 (L,B,H); {@code which} tells h from c. */
  public float[] state(int which) {
    SplittableRandom random = new SplittableRandom(seed + 1000 + which);
    return uniform(random, config.numLayers() * batch * config.hiddenSize(), 0.8);
  }

  /** Starts a plan from the random state. */
  public void fillState(WindowPlan plan) {
    plan.writeState(state(0), state(1));
  }

  /** Random input tokens of a window (T,B). */
  public int[] inputs(int window) {
    SplittableRandom random = new SplittableRandom(seed + 2000 + window);
    return random.ints(rows(), 0, config.vocabularySize()).toArray();
  }

  /** Random targets of a window (T,B), one in seven of them ignored. */
  public int[] targets(int window) {
    SplittableRandom random = new SplittableRandom(seed + 3000 + window);
    int[] targets = random.ints(rows(), 0, config.vocabularySize()).toArray();
    for (int i = 1; i < targets.length; i++) {
      targets[i] = random.nextDouble() < IGNORED ? WindowPlan.IGNORE : targets[i];
    }
    return targets;
  }

  private static float[] uniform(SplittableRandom random, int count, double bound) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextDouble(-bound, bound);
    }
    return values;
  }
}
