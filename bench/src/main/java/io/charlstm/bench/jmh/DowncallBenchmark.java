package io.charlstm.bench.jmh;

import io.charlstm.bench.phases.Product;
import io.charlstm.bench.phases.ProductCall;
import io.charlstm.bindings.onednn.FormatTag;
import io.charlstm.bindings.onednn.MemoryDesc;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What a call into oneDNN costs: one that does nothing, and the two that compute, on little. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
public class DowncallBenchmark {
  private static final int SIZE = 16;

  private MemoryDesc desc;
  private ProductCall sgemm;
  private ProductCall matmul;

  @Setup
  public void open() {
    desc = MemoryDesc.f32(FormatTag.AB, SIZE, SIZE);
    sgemm = new ProductCall(Product.sgemm(SIZE, SIZE, SIZE));
    matmul = new ProductCall(Product.packed("f32", SIZE, SIZE, SIZE));
  }

  @TearDown
  public void close() {
    matmul.close();
    sgemm.close();
    desc.close();
  }

  @Benchmark
  public long getter() {
    return desc.byteSize();
  }

  @Benchmark
  public void sgemm16x16x16() {
    sgemm.run();
  }

  @Benchmark
  public void primitive16x16x16() {
    matmul.run();
  }
}
