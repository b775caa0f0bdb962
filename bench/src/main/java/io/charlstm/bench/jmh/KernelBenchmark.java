package io.charlstm.bench.jmh;

import io.charlstm.bench.peers.PeerShape;
import io.charlstm.bindings.memory.NativeMemory;
import io.charlstm.runtime.kernels.Floats;
import io.charlstm.runtime.kernels.KernelSelection;
import io.charlstm.runtime.kernels.Kernels;
import io.charlstm.runtime.kernels.UpdateStep;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The kernels around the matrix products, on one thread, for one of two threads' rows of a preset:
 * gates and embedding rows of a time step, softmax cross-entropy of its logits, and the optimizer
 * on half of the parameters.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class KernelBenchmark {
  private static final int THREADS = 2;

  @Param({"mxnet-r-shakespeare", "mxnet-obama", "flux-shakespeare", "tf-warpeace"})
  public String preset;

  @Param({"vector", "plain"})
  public String kernelSet;

  private final UpdateStep step = new UpdateStep();
  private Kernels kernels;
  private NativeMemory memory;
  private int rows;
  private int hidden;
  private int vocabulary;
  private long parameters;
  private long gates;
  private long activations;
  private long cells;
  private long nextCells;
  private long squashed;
  private long output;
  private long gradient;
  private long cellGradient;
  private long bias;
  private long table;
  private long logits;
  private long tokens;
  private long weights;
  private long weightGradients;
  private long firstMoments;
  private long secondMoments;

  @Setup
  public void open() {
    PeerShape shape = PeerShape.ofPreset(preset);
    kernels = kernelSet.equals("vector") ? KernelSelection.vector() : KernelSelection.plain();
    rows = Math.ceilDiv(shape.batch(), THREADS);
    hidden = shape.hidden();
    vocabulary = shape.vocabulary();
    parameters = shape.network().parameterCount() / THREADS;
    carve();
    step.firstDecay = 0.9f;
    step.firstGain = 0.1f;
    step.secondDecay = 0.999f;
    step.secondGain = 0.001f;
    step.stepSize = 1e-3f;
    step.epsilon = 1e-8f;
    step.rootSecondCorrection = 1;
    step.parameterScale = 1;
    step.gradientScale = 1;
    step.clipValue = Float.POSITIVE_INFINITY;
  }

  private void carve() {
    long block = (long) rows * hidden;
    long total =
        18 * block + 4L * vocabulary * hidden + (long) rows * (vocabulary + 1) + 4 * parameters;
    memory = NativeMemory.allocateHuge(4 * total + 64 * 32);
    gates = floats(4 * block);
    activations = floats(4 * block);
    cells = floats(block);
    nextCells = floats(block);
    squashed = floats(block);
    output = floats(block);
    gradient = floats(block);
    cellGradient = floats(block);
    bias = floats(4L * hidden);
    table = floats(4L * vocabulary * hidden);
    logits = floats((long) rows * vocabulary);
    weights = floats(parameters);
    weightGradients = floats(parameters);
    firstMoments = floats(parameters);
    secondMoments = memory.carve(4 * parameters);
    tokens = memory.carve(4L * rows);
    SplittableRandom random = new SplittableRandom(1);
    for (int row = 0; row < rows; row++) {
      Floats.setInt(tokens + 4L * row, random.nextInt(vocabulary));
    }
  }

  private long floats(long count) {
    long address = memory.carve(4 * count);
    SplittableRandom random = new SplittableRandom(count);
    for (long i = 0; i < count; i++) {
      Floats.set(address + 4 * i, (float) random.nextDouble(-1, 1));
    }
    return address;
  }

  @TearDown
  public void close() {
    memory.close();
  }

  @Benchmark
  public void gatesForward() {
    kernels.lstmForward(
        gates,
        activations,
        4L * hidden,
        cells,
        nextCells,
        squashed,
        output,
        hidden,
        0,
        0,
        rows,
        hidden,
        hidden,
        hidden);
  }

  /** Overwrites its input, which is therefore restored; see {@link #copyOfGates}. */
  @Benchmark
  public void gatesBackwardWithCopy() {
    copyOfGates();
    kernels.lstmBackward(
        activations,
        4L * hidden,
        cells,
        squashed,
        output,
        hidden,
        gradient,
        hidden,
        cellGradient,
        bias,
        rows,
        hidden,
        hidden,
        hidden);
    Floats.zero(cellGradient, (long) rows * hidden);
  }

  @Benchmark
  public void copyOfGates() {
    Floats.copy(gates, activations, 4L * rows * hidden);
  }

  /** Rows of the table (V,4H) that the tokens of a step select, as layer 0 reads its input. */
  @Benchmark
  public void embeddingGather() {
    long width = 4L * hidden;
    for (long row = 0; row < rows; row++) {
      long token = Floats.getInt(tokens + 4 * row);
      Floats.copy(table + 4 * token * width, activations + 4 * row * width, width);
    }
  }

  /** The way back: rows added to those of the tokens. */
  @Benchmark
  public void embeddingScatter() {
    long width = 4L * hidden;
    for (long row = 0; row < rows; row++) {
      long token = Floats.getInt(tokens + 4 * row);
      kernels.add(table + 4 * token * width, gates + 4 * row * width, width);
    }
  }

  @Benchmark
  public double softmaxCrossEntropy() {
    return kernels.crossEntropy(logits, tokens, 0, rows, vocabulary);
  }

  @Benchmark
  public double clipNorm() {
    return kernels.sumOfSquares(weightGradients, parameters, Float.POSITIVE_INFINITY);
  }

  @Benchmark
  public void adam() {
    kernels.adam(weights, weightGradients, firstMoments, secondMoments, parameters, step);
  }
}
