package io.charlstm.bench.jmh;

import io.charlstm.bench.TrainingRig;
import io.charlstm.bench.peers.PeerShape;
import io.charlstm.runtime.Backend;
import io.charlstm.runtime.BackendOptions;
import io.charlstm.runtime.Backends;
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

/** One training step and its three parts, on the comparison presets with all processors. */
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

  @Param("fp32")
  public String precision;

  private Backend backend;
  private TrainingRig rig;

  @Setup
  public void open() {
    backend = Backends.create(new BackendOptions("cpu", 0, precision, "auto", true));
    rig = new TrainingRig(backend, PeerShape.ofPreset(preset));
  }

  @TearDown
  public void close() {
    rig.close();
    backend.close();
  }

  @Benchmark
  public void step() {
    rig.step();
  }

  @Benchmark
  public void forward() {
    rig.forward();
  }

  @Benchmark
  public void forwardBackward() {
    rig.forwardBackward();
  }

  @Benchmark
  public void update() {
    rig.update();
  }
}
