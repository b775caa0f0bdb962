package io.charlstm.bench.jmh;

import io.charlstm.bench.phases.Product;
import io.charlstm.bench.phases.ProductCall;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
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
 * Rate of one thread's matrix product at the shapes of the presets' time steps on two threads,
 * forward and backward: plain sgemm, and matmul with packed weights in float32 and bfloat16. {@code
 * -t 2} runs two at once, as a training step does.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
public class GemmBenchmark {
  /** Rows x columns x inner size. */
  @Param({
    "16x384x192", "16x192x384", "16x2048x1024", "16x1024x2048",
    "25x512x256", "25x256x512", "50x1024x512", "50x512x1024"
  })
  public String shape;

  @Param({"sgemm", "f32", "bf16"})
  public String kind;

  private Product product;
  private ProductCall call;

  /** Counts floating-point operations, so that the result is also in FLOP/s. */
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  @State(Scope.Thread)
  public static class Work {
    public double flops;

    @Setup(Level.Iteration)
    public void reset() {
      flops = 0;
    }
  }

  @Setup
  public void open() {
    String[] sizes = shape.split("x", -1);
    long m = Long.parseLong(sizes[0]);
    long n = Long.parseLong(sizes[1]);
    long k = Long.parseLong(sizes[2]);
    product = kind.equals("sgemm") ? Product.sgemm(m, n, k) : Product.packed(kind, m, n, k);
    call = new ProductCall(product);
  }

  @TearDown
  public void close() {
    call.close();
  }

  @Benchmark
  public void multiply(Work work) {
    call.run();
    work.flops += product.flops();
  }
}
