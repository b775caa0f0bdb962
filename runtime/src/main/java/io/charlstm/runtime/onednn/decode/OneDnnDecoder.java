package io.charlstm.runtime.onednn.decode;

import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.SamplingConfig;
import io.charlstm.runtime.StepDecoder;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/**
 * Generates text on the CPU. Used by one thread at a time; it starts worker threads of its own when
 * that is faster. {@link #generate} throws {@link ArithmeticException} when logits are not finite;
 * the streams are of no use until their reset.
 */
public final class OneDnnDecoder implements StepDecoder {
  private final DecoderState state;
  private final DecoderWeightsSource source;
  private final PlanTuner single;
  private final PlanTuner batch;
  private final WorkerTeam team;
  private final DecoderJob job;
  private final TokenDraw[] draws;
  private final SingleStreamPass[] singles;
  private final BatchPass[] batches;
  private final BooleanSupplier compiled;
  private final StartingPass starting;
  private boolean closed;

  /**
   * A decoder with the weights as they are now and all streams reset with seed 0.
   *
   * @param config the network
   * @param format how the weights of the recurrence and of the input are kept
   * @param weights where {@link #refresh} reads
   * @param threads threads at most, the caller included
   * @param streams S, number of independent texts
   */
  public OneDnnDecoder(
      NetworkConfig config,
      WeightFormat format,
      DecoderWeightsSource weights,
      int threads,
      int streams) {
    this(config, DecoderKernelSelection.choose(), format, weights, threads, streams);
  }

  private OneDnnDecoder(
      NetworkConfig config,
      DecoderKernels kernels,
      WeightFormat format,
      DecoderWeightsSource weights,
      int threads,
      int streams) {
    this(DecoderShape.of(config, kernels.lanes()), kernels, format, weights, threads, streams);
  }

  private OneDnnDecoder(
      DecoderShape shape,
      DecoderKernels kernels,
      WeightFormat format,
      DecoderWeightsSource weights,
      int threads,
      int streams) {
    this(
        shape,
        kernels,
        format,
        weights,
        threads,
        streams,
        new PlanTuner(shape, threads, 1),
        new PlanTuner(shape, threads, streams),
        kernels instanceof PlainDecoderKernels
            ? () -> true
            : DecoderWarmUp.of(format, streams)::done);
  }

  OneDnnDecoder(
      DecoderShape shape,
      DecoderKernels kernels,
      WeightFormat format,
      DecoderWeightsSource source,
      int threads,
      int streams,
      PlanTuner single,
      PlanTuner batch,
      BooleanSupplier compiled) {
    requirePositive("streams", streams);
    requirePositive("threads", threads);
    this.source = source;
    this.compiled = compiled;
    this.single = single;
    this.batch = batch;
    StreamStates states = new StreamStates(shape, streams);
    PackedWeights weights = new PackedWeights(shape, kernels, format);
    HiddenTiles hiddens = new HiddenTiles(shape, streams == 1 ? 0 : streams);
    state = new DecoderState(shape, kernels, weights, states, streams, hiddens);
    starting = new StartingPass(state);
    team = new WorkerTeam(threads, this::work);
    job = new DecoderJob(streams);
    draws = new TokenDraw[team.size()];
    singles = new SingleStreamPass[team.size()];
    batches = new BatchPass[team.size()];
    for (int i = 0; i < team.size(); i++) {
      draws[i] = new TokenDraw(kernels, shape);
      singles[i] = new SingleStreamPass(state, team, i, draws[i]);
      batches[i] = new BatchPass(state, team, i, draws[i]);
    }
    try {
      refresh();
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private static void requirePositive(String name, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1: " + value);
    }
  }

  @Override
  public int streams() {
    return state.streams();
  }

  @Override
  public void refresh() {
    requireOpen();
    state.weights().refresh(source);
  }

  @Override
  public void reset(int stream, long seed) {
    requireOpen();
    Objects.checkIndex(stream, streams());
    state.states().reset(stream, seed);
  }

  @Override
  public void feed(int[] tokens) {
    requireOpen();
    requireLength(tokens, streams());
    int rows = 0;
    for (int stream = 0; stream < streams(); stream++) {
      int token = tokens[stream];
      if (token == IDLE) {
        continue;
      }
      if (token < 0 || token >= state.shape().vocabulary()) {
        throw new IllegalArgumentException(
            "token "
                + token
                + " for stream "
                + stream
                + " is outside the vocabulary of "
                + state.shape().vocabulary());
      }
      job.rows[rows++] = stream;
    }
    job.rowCount = rows;
    if (rows > 0) {
      run(1, null, tokens);
    }
  }

  @Override
  public void generate(int steps, SamplingConfig sampling, int[] tokens) {
    requireOpen();
    Objects.requireNonNull(sampling, "sampling");
    if (steps < 0) {
      throw new IllegalArgumentException("steps must not be negative: " + steps);
    }
    requireLength(tokens, Math.multiplyExact(steps, streams()));
    for (int stream = 0; stream < streams(); stream++) {
      if (!state.states().fed(stream)) {
        throw new IllegalStateException(
            "stream " + stream + " has not been fed a token since its reset");
      }
      job.rows[stream] = stream;
    }
    job.rowCount = streams();
    if (steps > 0) {
      run(steps, sampling, tokens);
    }
  }

  private void run(int steps, SamplingConfig sampling, int[] tokens) {
    job.sampling = sampling;
    job.tokens = tokens;
    PlanTuner tuner = job.rowCount == 1 ? single : batch;
    boolean tune = job.rowCount == 1 || job.rowCount == streams();
    try {
      int done = startingSteps(steps);
      while (done < steps) {
        job.plan = tune ? tuner.next() : tuner.best();
        if (tuner.onTrial() && steps - done > 1) {
          // Not timed: wakes the workers.
          done = runSteps(done, 1);
        }
        long start = System.nanoTime();
        int end = runSteps(done, tuner.steps(steps - done));
        if (tune) {
          tuner.record((System.nanoTime() - start) / (double) (end - done));
        }
        done = end;
      }
    } finally {
      job.tokens = null;
    }
    requireFiniteLogits();
  }

  /** Runs steps while the kernels are not compiled; gives the number of the next one. */
  private int startingSteps(int steps) {
    int done = 0;
    while (done < steps && !compiled.getAsBoolean()) {
      job.first = done;
      job.end = ++done;
      starting.run(job);
      advance(1);
    }
    return done;
  }

  private void requireFiniteLogits() {
    boolean diverged = starting.forgetDivergence();
    for (TokenDraw draw : draws) {
      diverged |= draw.forgetDivergence();
    }
    if (diverged) {
      throw new ArithmeticException(
          "the model's logits are not finite; it has diverged and cannot be sampled");
    }
  }

  /** Runs up to {@code steps} steps; gives the number of the next one. */
  private int runSteps(int first, int steps) {
    job.first = first;
    job.end = first + steps;
    team.run(job.plan.workers());
    advance(job.end - first);
    return job.end;
  }

  private void advance(int steps) {
    for (int i = 0; i < job.rowCount; i++) {
      state.states().advance(job.rows[i], steps, job.sampling != null);
    }
  }

  private void work(int worker, int workers) {
    if (job.rowCount == 1) {
      singles[worker].run(job, workers);
    } else {
      batches[worker].run(job, workers, job.plan.shareUnits());
    }
  }

  @Override
  public void readLogits(int stream, float[] destination) {
    requireOpen();
    Objects.checkIndex(stream, streams());
    int vocabulary = state.shape().vocabulary();
    if (destination.length < vocabulary) {
      throw new IllegalArgumentException(
          "destination holds " + destination.length + " of " + vocabulary + " logits");
    }
    if (!state.states().fed(stream)) {
      throw new IllegalStateException(
          "stream " + stream + " has not been fed a token since its reset");
    }
    System.arraycopy(
        state.states().values(), state.states().logits(stream), destination, 0, vocabulary);
  }

  private static void requireLength(int[] tokens, int length) {
    if (tokens.length < length) {
      throw new IllegalArgumentException(
          "the tokens array holds " + tokens.length + " elements, " + length + " are needed");
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the decoder is closed");
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try (PackedWeights _ = state.weights()) {
      team.close();
    }
  }
}
