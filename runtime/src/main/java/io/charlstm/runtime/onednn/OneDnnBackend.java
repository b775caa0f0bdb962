package io.charlstm.runtime.onednn;

import io.charlstm.bindings.onednn.DnnlEngine;
import io.charlstm.bindings.onednn.DnnlStream;
import io.charlstm.bindings.onednn.OneDnn;
import io.charlstm.runtime.Backend;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.kernels.KernelSelection;
import io.charlstm.runtime.kernels.Kernels;
import io.charlstm.runtime.ownership.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Computes on the CPU in float32, with oneDNN's matrix products. The same number of threads gives
 * the same results to the last bit.
 *
 * <p>Threads that call into this backend have oneDNN's own threading switched off from then on; the
 * backend's worker threads take its place.
 */
public final class OneDnnBackend implements Backend {
  private final Resources resources = new Resources();
  private final CpuPrecision precision;
  private final OneDnn library;
  private final Kernels kernels;
  private final Workers workers;
  private final DnnlEngine engine;
  private final List<DnnlStream> streams;

  /** As {@link #OneDnnBackend(int, CpuPrecision)} in float32. */
  public OneDnnBackend(int threads) {
    this(threads, CpuPrecision.FP32);
  }

  /**
   * Starts the worker threads.
   *
   * @param threads threads that compute, the calling one included; 0 = one for each processor
   * @param precision what matrix products read
   * @throws io.charlstm.bindings.NativeLibraryException if oneDNN cannot be loaded here
   */
  public OneDnnBackend(int threads, CpuPrecision precision) {
    if (threads < 0) {
      throw new IllegalArgumentException("threads must not be negative: " + threads);
    }
    int count = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    this.precision = precision;
    library = OneDnn.get();
    kernels = KernelSelection.choose();
    try {
      workers = resources.own(new Workers(count, this::useOneOmpThread));
      // oneDNN chooses block sizes by the thread count it sees on creating a primitive.
      useOneOmpThread();
      engine = resources.own(DnnlEngine.cpu());
      List<DnnlStream> created = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        created.add(resources.own(new DnnlStream(engine)));
      }
      streams = List.copyOf(created);
    } catch (RuntimeException | Error e) {
      resources.abandon(e);
      throw e;
    }
  }

  private void useOneOmpThread() {
    library.setOmpThreads(1);
  }

  /** Has a clock follow the phases of this backend's jobs, for benchmarks; null ends that. */
  public void timePhases(PhaseClock clock) {
    workers.timePhases(clock);
  }

  Kernels kernels() {
    return kernels;
  }

  Workers workers() {
    return workers;
  }

  DnnlEngine engine() {
    return engine;
  }

  List<DnnlStream> streams() {
    return streams;
  }

  @Override
  public String name() {
    return "onednn";
  }

  @Override
  public String device() {
    return "cpu";
  }

  @Override
  public String description() {
    return String.format(
        Locale.ROOT,
        "oneDNN %s, %d thread%s, %s, %s",
        library.version(),
        threads(),
        threads() == 1 ? "" : "s",
        library.cpuIsa(),
        kernels.description());
  }

  @Override
  public String precision() {
    return precision.label();
  }

  @Override
  public int threads() {
    return workers.count();
  }

  @Override
  public Network createNetwork(NetworkConfig config) {
    return new OneDnnNetwork(this, config);
  }

  @Override
  public void close() {
    resources.close();
  }
}
