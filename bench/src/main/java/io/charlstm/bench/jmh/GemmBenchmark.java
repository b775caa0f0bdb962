package io.charlstm.bench.jmh;

import io.charlstm.bindings.memory.NativeMemory;
import io.charlstm.bindings.onednn.OneDnn;
import io.charlstm.bindings.onednn.Sgemm;
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
 * Rate of one thread's matrix product at the shapes of a training step: the floor that a whole step
 * is held against. The first shape is one downcall's cost.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
public class GemmBenchmark {
  /** Rows x columns x inner size. */
  @Param({"1x16x16", "16x384x192", "16x2048x1024", "25x512x256", "50x1024x512"})
  public String shape;

  private long m;
  private long n;
  private long k;
  private NativeMemory memory;
  private long a;
  private long b;
  private long c;

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
    m = Long.parseLong(sizes[0]);
    n = Long.parseLong(sizes[1]);
    k = Long.parseLong(sizes[2]);
    OneDnn.get().setOmpThreads(1);
    long bytes =
        NativeMemory.floatBlockBytes(m * k)
            + NativeMemory.floatBlockBytes(k * n)
            + NativeMemory.floatBlockBytes(m * n);
    memory = NativeMemory.allocate(bytes);
    a = memory.carve(m * k * Float.BYTES);
    b = memory.carve(k * n * Float.BYTES);
    c = memory.carve(m * n * Float.BYTES);
  }

  @TearDown
  public void close() {
    memory.close();
  }

  @Benchmark
  public void sgemm(Work work) {
    Sgemm.run(false, false, m, n, k, 1, a, k, b, n, 0, c, n);
    work.flops += 2.0 * m * n * k;
  }
}
