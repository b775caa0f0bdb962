package io.charlstm.bindings.onednn;

import io.charlstm.bindings.NativeLibraryException;
import java.nio.file.Path;
import java.util.List;

/**
 * The oneDNN library of this process: loaded on first use and never unloaded, or the stored reason
 * why it could not be.
 */
public final class OneDnn {
  private final Path libraryPath;
  private final String version;
  private final OmpThreads ompThreads;

  OneDnn(Path libraryPath, String version, OmpThreads ompThreads) {
    this.libraryPath = libraryPath;
    this.version = version;
    this.ompThreads = ompThreads;
  }

  /** Whether {@link #get()} gives the library; tries to load it when nobody did yet. */
  public static boolean isAvailable() {
    return Holder.ATTEMPT.library() != null;
  }

  /** Why the library is not usable, each with its cure; empty when it is. */
  public static List<String> unavailableReasons() {
    return Holder.ATTEMPT.reasons();
  }

  /**
   * The loaded library.
   *
   * @throws NativeLibraryException with the reasons when it is not usable here
   */
  public static OneDnn get() {
    OneDnn library = Holder.ATTEMPT.library();
    if (library == null) {
      throw new NativeLibraryException("oneDNN", Holder.ATTEMPT.reasons());
    }
    return library;
  }

  /** Version, such as {@code 3.13.0}. */
  public String version() {
    return version;
  }

  /** The file that was loaded. */
  public Path libraryPath() {
    return libraryPath;
  }

  /** The instruction set oneDNN uses on this machine, such as {@code avx512_core_bf16}. */
  public String cpuIsa() {
    return CpuIsa.effective();
  }

  /**
   * Whether the instruction set in use has products of bfloat16 (AVX-512 BF16 or AMX). Without it
   * oneDNN computes them by way of float32, slower than in float32.
   */
  public boolean multipliesBf16() {
    return CpuIsa.multipliesBf16();
  }

  /**
   * Whether the instruction set in use has AMX, whose products of bfloat16 are quicker than a core
   * reads their weights from beyond its own cache.
   */
  public boolean hasAmx() {
    return CpuIsa.hasAmx();
  }

  /** Whether the instruction set in use has vectors of 512 bits. */
  public boolean hasAvx512() {
    return CpuIsa.hasAvx512();
  }

  /**
   * Sets how many OpenMP threads oneDNN uses for primitives that the calling thread creates or
   * runs. Other threads, the host's among them, keep their setting.
   *
   * @param count at least 1
   */
  public void setOmpThreads(int count) {
    ompThreads.set(count);
  }

  /** How many OpenMP threads oneDNN would use for the calling thread. */
  public int ompThreads() {
    return ompThreads.get();
  }

  /** Loads on first touch; the outcome stays. */
  private static final class Holder {
    static final OneDnnLoader.Attempt ATTEMPT = OneDnnLoader.attempt();
  }
}
