package io.charlstm.bench.jmh;

import io.charlstm.bench.peers.PeerShape;
import io.charlstm.runtime.Backend;
import io.charlstm.runtime.BackendOptions;
import io.charlstm.runtime.Backends;
import io.charlstm.runtime.Initializer;
import io.charlstm.runtime.InitializerConfig;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.SamplingConfig;
import io.charlstm.runtime.StepDecoder;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One sampling step, a draw and a feed of every stream, on the comparison presets. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
    value = 1,
    jvmArgsAppend = {"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SamplingBenchmark {
  private static final int STEPS = 32;

  @Param({"mxnet-r-shakespeare", "mxnet-obama", "flux-shakespeare", "tf-warpeace"})
  public String preset;

  @Param({"1", "64"})
  public int streams;

  /** Of the weights. */
  @Param({"fp32", "bf16", "int8"})
  public String precision;

  private Backend backend;
  private Network network;
  private StepDecoder decoder;
  private int[] drawn;

  @Setup
  public void open() {
    backend = Backends.create(new BackendOptions("cpu", 0, precision, "auto", true));
    network = backend.createNetwork(PeerShape.ofPreset(preset).network());
    Initializer.initialize(network, InitializerConfig.DEFAULT, 1);
    decoder = network.createDecoder(streams);
    for (int stream = 0; stream < streams; stream++) {
      decoder.reset(stream, stream);
    }
    decoder.feed(new int[streams]);
    drawn = new int[STEPS * streams];
  }

  @TearDown
  public void close() {
    decoder.close();
    network.close();
    backend.close();
  }

  @Benchmark
  @OperationsPerInvocation(STEPS)
  public int[] step() {
    decoder.generate(STEPS, SamplingConfig.DEFAULT, drawn);
    return drawn;
  }
}
