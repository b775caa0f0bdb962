package io.charlstm.runtime.onednn;

import io.charlstm.bindings.onednn.DnnlEngine;
import io.charlstm.bindings.onednn.DnnlStream;
import io.charlstm.runtime.Backend;
import io.charlstm.runtime.BackendUnavailableException;
import io.charlstm.runtime.Network;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.kernels.KernelSelection;
import io.charlstm.runtime.kernels.KernelWarmUp;
import io.charlstm.runtime.kernels.Kernels;
import io.charlstm.runtime.onednn.decode.WeightFormat;
import java.util.List;
import java.util.Locale;

/**
 * Computes on the CPU, with oneDNN's matrix products: in float32, or for training with products of
 * bfloat16; evaluation plans are float32 always. The same number of threads gives the same results
 * to the last bit: how a plan's work is split over them is a function of its sizes and that number.
 *
 * <p>oneDNN is loaded, and worker threads start, with the first plan or updater; decoding has
 * kernels of its own. oneDNN's own threading is off while a call into this backend lasts; the
 * backend's worker threads take its place. OpenMP's settings in the environment have no say, and a
 * calling thread keeps its own.
 */
public final class OneDnnBackend implements Backend {
  /** H from which on inputs are batched without AVX-512. */
  private static final int LARGE_LAYER = 512;

  private final CpuPrecision precision;
  private final Kernels kernels;
  private final int threads;
  private OneDnnTeam team;
  private PhaseClock clock;
  private final boolean splitsByModel = "auto".equals(System.getProperty("charlstm.cpu.split"));
  private PlanSplit forcedSplit;
  private Boolean forcedBatches;
  private boolean closed;

  /** As {@link #OneDnnBackend(int, CpuPrecision)} in float32. */
  public OneDnnBackend(int threads) {
    this(threads, CpuPrecision.FP32);
  }

  /**
   * Loads nothing yet: decoding needs no library, and a text should start at once.
   *
   * @param threads threads that compute, the calling one included; 0 = one for each processor
   * @param precision what matrix products read
   */
  public OneDnnBackend(int threads, CpuPrecision precision) {
    if (threads < 0) {
      throw new IllegalArgumentException("threads must not be negative: " + threads);
    }
    this.threads = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    this.precision = precision;
    kernels = KernelSelection.choose();
  }

  /**
   * The library and the threads that use it, from the first call on.
   *
   * @throws BackendUnavailableException if oneDNN cannot be loaded here
   */
  private synchronized OneDnnTeam team() {
    if (closed) {
      throw new IllegalStateException("the backend is closed");
    }
    if (team == null) {
      team = OneDnnTeam.start(device(), threads);
      team.workers().timePhases(clock);
    }
    return team;
  }

  /** What to set in a thread that creates or runs primitives. */
  Workers.ThreadSetting oneOmpThread() {
    return team().oneOmpThread();
  }

  /** Has a clock follow the phases of this backend's jobs, for benchmarks; null ends that. */
  public synchronized void timePhases(PhaseClock newClock) {
    clock = newClock;
    if (team != null) {
      team.workers().timePhases(newClock);
    }
  }

  /**
   * Has the plans to come use this split, as much of it as their sizes allow, for tests and
   * benchmarks; null ends that.
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

  /**
   * How a plan's work is split: as forced; else by lanes alone, or with property {@code
   * charlstm.cpu.split} set to {@code auto} as the model says.
   */
  PlanSplit split(SplitModel model) {
    if (forcedSplit != null) {
      return forcedSplit;
    }
    return splitsByModel ? model.choose(threads) : model.batchSplit(threads);
  }

  /** Has the plans to come batch their layers' inputs or not, for tests and benchmarks. */
  public void forceBatchedInputs(boolean batches) {
    forcedBatches = batches;
  }

  /**
   * See {@link PlanShape#batchesInputs}. With AMX reading the weights takes longer than multiplying
   * the few rows of a step. With vectors of 256 bits products of few rows are less quick
   * themselves, which was measured to matter for large layers only.
   */
  boolean batchesInputs(int hidden) {
    if (forcedBatches != null) {
      return forcedBatches;
    }
    return team().hasAmx() || (!team().hasAvx512() && hidden >= LARGE_LAYER);
  }

  CpuPrecision cpuPrecision() {
    return precision;
  }

  Kernels kernels() {
    return kernels;
  }

  Workers workers() {
    return team().workers();
  }

  DnnlEngine engine() {
    return team().engine();
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
    return team().streams();
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
        team().library().version(),
        threads,
        threads == 1 ? "" : "s",
        team().library().cpuIsa(),
        kernels.description());
  }

  @Override
  public String precision() {
    return precision.label();
  }

  @Override
  public void prepareTraining() {
    team();
    requireTrainable();
    KernelWarmUp.start(kernels);
  }

  void requireTrainable() {
    if (precision == CpuPrecision.INT8) {
      throw new BackendUnavailableException(
          device(), List.of("int8 is for sampling; train in fp32 or bf16 (--precision)"));
    }
    if (precision == CpuPrecision.BF16 && !team().library().multipliesBf16()) {
      throw new BackendUnavailableException(
          device(),
          List.of(
              "training in bf16 needs a CPU with AVX-512 BF16 or AMX, oneDNN finds "
                  + team().library().cpuIsa()
                  + " here; use --precision fp32"));
    }
  }

  @Override
  public boolean roundsWhenSampling() {
    return weightFormat() != WeightFormat.FLOAT32;
  }

  @Override
  public int threads() {
    return threads;
  }

  @Override
  public Network createNetwork(NetworkConfig config) {
    return new OneDnnNetwork(this, config);
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (team != null) {
      team.close();
    }
  }
}
