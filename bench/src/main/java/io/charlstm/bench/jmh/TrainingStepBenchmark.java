package io.charlstm.bench.jmh;

import io.charlstm.bench.peers.PeerShape;
import io.charlstm.runtime.Backend;
import io.charlstm.runtime.Backends;
import io.charlstm.runtime.Initializer;
import io.charlstm.runtime.InitializerConfig;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.OptimizerConfig;
import io.charlstm.runtime.TrainingPass;
import io.charlstm.runtime.Updater;
import io.charlstm.runtime.WindowPlan;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
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

/** One training step and its three parts, on the comparison presets. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class TrainingStepBenchmark {
  @Param({"mxnet-r-shakespeare", "mxnet-obama", "flux-shakespeare", "tf-warpeace"})
  public String preset;

  private final Arena arena = Arena.ofConfined();
  private Backend backend;
  private Network network;
  private WindowPlan plan;
  private Updater updater;
  private MemorySegment inputs;
  private MemorySegment targets;
  private int steps;
  private TrainingPass pass;

  @Setup
  public void open() {
    PeerShape shape = PeerShape.ofPreset(preset);
    steps = shape.window();
    pass = new TrainingPass(1.0 / (steps * shape.batch()), false, 1, 0);
    backend = Backends.create("cpu", 0);
    network =
        backend.createNetwork(
            NetworkConfig.of(
                shape.vocabulary(), shape.embedding(), shape.hidden(), shape.layers()));
    Initializer.initialize(network, InitializerConfig.DEFAULT, 1);
    plan = network.createTrainingPlan(steps, shape.batch());
    updater = network.createUpdater(new OptimizerConfig.Adam(0.9, 0.999, 1e-8, 0));
    inputs = tokens(shape, 1);
    targets = tokens(shape, 2);
  }

  @TearDown
  public void close() {
    updater.close();
    plan.close();
    network.close();
    backend.close();
    arena.close();
  }

  @Benchmark
  public void step() {
    plan.forwardBackward(inputs, targets, steps, pass);
    updater.update(1e-3, 5, 0);
  }

  @Benchmark
  public void forward() {
    plan.forward(inputs, targets, steps);
  }

  @Benchmark
  public void forwardBackward() {
    plan.forwardBackward(inputs, targets, steps, pass);
  }

  @Benchmark
  public void update() {
    updater.update(1e-3, 5, 0);
  }

  private MemorySegment tokens(PeerShape shape, long seed) {
    int[] ids =
        new SplittableRandom(seed)
            .ints((long) shape.window() * shape.batch(), 0, shape.vocabulary())
            .toArray();
    return arena.allocateFrom(ValueLayout.JAVA_INT, ids);
  }
}
