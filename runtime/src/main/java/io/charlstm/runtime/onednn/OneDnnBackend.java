package io.charlstm.runtime.onednn;

import io.charlstm.bindings.onednn.DnnlEngine;
import io.charlstm.bindings.onednn.DnnlStream;
import io.charlstm.bindings.onednn.OneDnn;
import io.charlstm.runtime.Backend;
import io.charlstm.runtime.BackendUnavailableException;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.kernels.KernelSelection;
import io.charlstm.runtime.kernels.KernelWarmUp;
import io.charlstm.runtime.kernels.Kernels;
import io.charlstm.runtime.onednn.decode.WeightFormat;
import io.charlstm.runtime.ownership.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Computes on the CPU, with oneDNN's matrix products: in float32, or for training with products of
 * bfloat16; evaluation plans are float32 always. The same number of threads gives the same results
 * to the last bit: how a plan's work is split over them is a function of its sizes and that number.
 *
 * <p>oneDNN's own threading is off while a call into this backend lasts; the backend's worker
 * threads take its place. OpenMP's settings in the environment have no say, and a calling thread
 * keeps its own.
 */
public final class OneDnnBackend implements Backend {
  private final Resources resources = new Resources();
  private final CpuPrecision precision;
  private final OneDnn library;
  private final Workers.ThreadSetting oneOmpThread;
  private final Kernels kernels;
  private final Workers workers;
  private final DnnlEngine engine;
  private final List<DnnlStream> streams;
  private PlanSplit forcedSplit;

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
    oneOmpThread = new OneOmpThread(library);
    kernels = KernelSelection.choose();
    try {
      workers = resources.own(new Workers(count, oneOmpThread));
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

  /** oneDNN without threads of its own in the calling thread. */
  private static final class OneOmpThread implements Workers.ThreadSetting {
    private final OneDnn library;

    OneOmpThread(OneDnn library) {
      this.library = library;
    }

    @Override
    public int enter() {
      int before = library.ompThreads();
      library.setOmpThreads(1);
      return before;
    }

    @Override
    public void leave(int before) {
      library.setOmpThreads(before);
    }
  }

  /** What to set in a thread that creates or runs primitives. */
  Workers.ThreadSetting oneOmpThread() {
    return oneOmpThread;
  }

  /** Has a clock follow the phases of this backend's jobs, for benchmarks; null ends that. */
  public void timePhases(PhaseClock clock) {
    workers.timePhases(clock);
  }

  /**
   * Has the plans to come use this split, as much of it as their sizes allow, for tests and
   * benchmarks; null lets {@link SplitModel} choose again.
   *
   * @throws IllegalArgumentException if it takes more threads than there are
   */
  public void forceSplit(PlanSplit split) {
    if (split != null && split.threads() > threads()) {
      throw new IllegalArgumentException(
          "the split " + split + " takes more than " + threads() + " threads");
    }
    forcedSplit = split;
  }

  PlanSplit forcedSplit() {
    return forcedSplit;
  }

  CpuPrecision cpuPrecision() {
    return precision;
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

  /** How decoders keep weights. */
  WeightFormat weightFormat() {
    return switch (precision) {
      case FP32 -> WeightFormat.FLOAT32;
      case BF16 -> WeightFormat.BFLOAT16;
      case INT8 -> WeightFormat.INT8;
    };
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
  public void prepareTraining() {
    requireTrainable();
    KernelWarmUp.start(kernels);
  }

  void requireTrainable() {
    if (precision == CpuPrecision.INT8) {
      throw new BackendUnavailableException(
          device(), List.of("int8 is for sampling; train in fp32 or bf16 (--precision)"));
    }
    if (precision == CpuPrecision.BF16 && !library.multipliesBf16()) {
      throw new BackendUnavailableException(
          device(),
          List.of(
              "training in bf16 needs a CPU with AVX-512 BF16 or AMX, oneDNN finds "
                  + library.cpuIsa()
                  + " here; use --precision fp32"));
    }
  }

  @Override
  public boolean roundsWhenSampling() {
    return weightFormat() != WeightFormat.FLOAT32;
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
