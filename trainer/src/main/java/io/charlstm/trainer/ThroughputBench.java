package io.charlstm.trainer;

import io.charlstm.data.LaneBatches;
import io.charlstm.data.TokenSequence;
import io.charlstm.runtime.Backend;
import io.charlstm.runtime.Initializer;
import io.charlstm.runtime.InitializerConfig;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.SamplingConfig;
import io.charlstm.runtime.StepDecoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Measures how fast a configuration trains or samples, on tokens drawn at random. The speed is the
 * median over windows of about half a second, after a warm-up.
 */
public final class ThroughputBench {
  private static final double WINDOW_SECONDS = 0.5;
  private static final double WARM_UP_SECONDS = 5;
  private static final int GENERATED_AT_ONCE = 64;

  /** Enough that the state is carried more often than it is reset. */
  private static final long WINDOWS_AN_EPOCH = 16;

  private static final double NANOS = 1e-9;

  private static final Map<String, Object> WITHOUT_DROPOUT =
      Map.of("dropout", 0.0, "input_dropout", 0.0, "output_dropout", 0.0, "weight_dropout", 0.0);

  private final Backend backend;
  private final RunConfig config;
  private final NetworkConfig network;

  /**
   * Prepares measuring.
   *
   * @param config sizes and seed; so that figures compare, the optimizer is taken as Adam, dropout
   *     as 0, and weights are not averaged
   * @param vocabularySize V
   */
  public ThroughputBench(Backend backend, RunConfig config, int vocabularySize) {
    this(config.withValues(WITHOUT_DROPOUT), backend, vocabularySize);
  }

  private ThroughputBench(RunConfig config, Backend backend, int vocabularySize) {
    this.backend = backend;
    this.config =
        config.withValues(
            Map.of("optimizer", "adam", "gradient_accumulation", 1L, "averaging", "none"));
    this.network = this.config.network(vocabularySize);
    MemoryEstimate.requireFits(network, config.seqLength(), config.batchSize());
  }

  /** Prepares measuring with the configuration's dropout. */
  public static ThroughputBench withDropout(Backend backend, RunConfig config, int vocabularySize) {
    return new ThroughputBench(config, backend, vocabularySize);
  }

  /** Speed of full steps: forward, loss, backward, clip and Adam. */
  public SpeedReport train(double seconds) {
    try (Workload workload = training()) {
      return measure("train", 0, seconds, workload);
    }
  }

  /** Speed of the complete sampler, with temperature 1, summed over the streams. */
  public SpeedReport sample(double seconds, int streams) {
    try (Workload workload = sampling(streams)) {
      return measure("sample", streams, seconds, workload);
    }
  }

  /** What {@link #train} measures; the caller closes it before the backend. */
  public Workload training() {
    backend.prepareTraining();
    LaneBatches batches = new LaneBatches(randomTokens(), config.batchSize(), config.seqLength());
    Network built = initialized();
    try {
      StepRunner steps = new StepRunner(built, batches, config);
      TrainingState state = new TrainingState();
      double[] rates = new double[steps.preferredSteps()];
      Arrays.fill(rates, config.decimal("learning_rate"));
      int charactersPerStep = Math.multiplyExact(config.seqLength(), config.batchSize());
      int charactersPerCall = Math.multiplyExact(charactersPerStep, rates.length);
      return new Workload(
          () -> steps.run(state, rates), charactersPerCall, charactersPerStep, steps, built);
    } catch (RuntimeException | Error e) {
      Closing.after(e, built);
      throw e;
    }
  }

  /** What {@link #sample} measures; the caller closes it before the backend. */
  public Workload sampling(int streams) {
    int[] tokens = new int[Math.multiplyExact(GENERATED_AT_ONCE, streams)];
    Network built = initialized();
    try {
      StepDecoder decoder = built.createDecoder(streams);
      for (int stream = 0; stream < streams; stream++) {
        decoder.reset(stream, config.seed() + stream);
      }
      decoder.feed(new int[streams]);
      return new Workload(
          () -> decoder.generate(GENERATED_AT_ONCE, SamplingConfig.DEFAULT, tokens),
          tokens.length,
          streams,
          decoder,
          built);
    } catch (RuntimeException | Error e) {
      Closing.after(e, built);
      throw e;
    }
  }

  private Network initialized() {
    Network built = backend.createNetwork(network);
    Initializer.initialize(built, InitializerConfig.DEFAULT, config.seed());
    return built;
  }

  /** Runs for a time and cuts it into windows. */
  private SpeedReport measure(String mode, int streams, double seconds, Workload workload) {
    var _ = runFor(Math.min(WARM_UP_SECONDS, seconds / 2), workload);
    List<Double> speeds = new ArrayList<>();
    long end = System.nanoTime() + (long) (seconds / NANOS);
    do {
      long start = System.nanoTime();
      long characters = runFor(WINDOW_SECONDS, workload);
      double elapsed = (System.nanoTime() - start) * NANOS;
      speeds.add(characters / elapsed);
    } while (System.nanoTime() < end);
    Collections.sort(speeds);
    double median = median(speeds);
    return new SpeedReport(
        mode,
        backend.device(),
        backend.description(),
        backend.precision(),
        backend.threads(),
        streams,
        median,
        speeds.getLast(),
        speeds.getFirst(),
        1000.0 * workload.charactersPerStep() / median,
        network.parameterCount(),
        speeds.size());
  }

  private static long runFor(double seconds, Workload workload) {
    long end = System.nanoTime() + (long) (seconds / NANOS);
    long characters = 0;
    do {
      characters += workload.run();
    } while (System.nanoTime() < end);
    return characters;
  }

  static double median(List<Double> sorted) {
    int half = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(half)
        : (sorted.get(half - 1) + sorted.get(half)) / 2;
  }

  private TokenSequence randomTokens() {
    long size = (WINDOWS_AN_EPOCH * config.seqLength() + 1) * config.batchSize();
    int[] tokens =
        new SplittableRandom(config.seed()).ints(size, 0, network.vocabularySize()).toArray();
    return new TokenSequence() {
      @Override
      public long size() {
        return tokens.length;
      }

      @Override
      public int get(long index) {
        return tokens[Math.toIntExact(index)];
      }
    };
  }
}
