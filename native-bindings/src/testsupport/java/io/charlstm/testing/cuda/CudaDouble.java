package io.charlstm.testing.cuda;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The test double of the CUDA libraries of this process: shared libraries with the names and the C
 * ABI of the real ones, computing on the host (native-bindings/src/test/cuda-double/README.md).
 * Tests that load it carry the tag {@code cuda-double}, so that they run in a process of their own
 * whose {@code charlstm.cuda.path} names the double's folder. See {@link CudaUnderTest} for those
 * that run on a GPU too.
 */
public final class CudaDouble {
  /** Tag of tests that run on the double, and most of them on a GPU too. */
  public static final String TAG = "cuda-double";

  private static final CudaDouble INSTANCE = load();

  private final SymbolLookup library;
  private final Linker linker = Linker.nativeLinker();

  private CudaDouble(SymbolLookup library) {
    this.library = library;
  }

  /** The folder with the double's libraries, whether it has been built or not. */
  public static Path folder() {
    return Path.of(System.getProperty("charlstm.cuda.double", "target/cuda-double"));
  }

  /** The double, or empty where it could not be built or tests run on a GPU. */
  public static Optional<CudaDouble> find() {
    return Optional.ofNullable(INSTANCE);
  }

  /** Skips the calling test, which no GPU can stand in for, where there is no double. */
  public static CudaDouble assumed() {
    assumeTrue(
        INSTANCE != null,
        () ->
            "it needs the double of the CUDA libraries, which is not in "
                + folder()
                + " (it is built where g++ is)");
    return INSTANCE;
  }

  @SuppressWarnings("restricted")
  private static CudaDouble load() {
    Path core = folder().toAbsolutePath().normalize().resolve("libcharlstm_double.so");
    if (!Files.isRegularFile(core)) {
      return null;
    }
    return new CudaDouble(SymbolLookup.libraryLookup(core, Arena.global()));
  }

  /** Forgets everything: memory, streams, handles, faults, counts, violations, device settings. */
  public void reset() {
    callVoid("dbl_reset");
  }

  /**
   * Seed of all random orders. With 0 queued work runs as late as possible; with others it also
   * runs at once now and then, so that both kinds of missing waits show.
   */
  public void setSeed(long seed) {
    callVoid("dbl_set_seed", seed);
  }

  /** Everything wrong that real hardware might not report. */
  public List<String> violations() {
    List<String> texts = new ArrayList<>();
    long count = callLong("dbl_violation_count");
    for (long i = 0; i < count; i++) {
      texts.add(callText("dbl_violation_text", i));
    }
    return texts;
  }

  public void clearViolations() {
    callVoid("dbl_clear_violations");
  }

  /**
   * Makes a later call fail.
   *
   * @param function a function's name; empty for any
   * @param ordinal which call from now on, 1 for the next
   * @param status what it returns, a number of its own library
   */
  public void failCall(String function, long ordinal, int status) {
    try (Arena arena = Arena.ofConfined()) {
      callVoid("dbl_set_fault", arena.allocateFrom(function), ordinal, status);
    }
  }

  /** Lets the n-th piece of queued work from now on (1 for the next) fail with a sticky status. */
  public void failWork(long ordinal, int status) {
    callVoid("dbl_set_work_fault", ordinal, status);
  }

  /** Takes back faults that have not struck. */
  public void clearFaults() {
    callVoid("dbl_clear_faults");
  }

  /** How many injected faults have struck since the last reset. */
  public long faultsStruck() {
    return callLong("dbl_faults_struck");
  }

  /** Calls of a function since the last {@link #clearCounts}; empty for all functions. */
  public long calls(String function) {
    try (Arena arena = Arena.ofConfined()) {
      return (long) invoke("dbl_call_count", ValueLayout.JAVA_LONG, arena.allocateFrom(function));
    }
  }

  /** Calls of each function since the last {@link #clearCounts}. */
  public Map<String, Long> calls() {
    Map<String, Long> counts = new TreeMap<>();
    for (String line : callText("dbl_call_counts").lines().toList()) {
      int space = line.indexOf(' ');
      counts.put(line.substring(0, space), Long.valueOf(line.substring(space + 1)));
    }
    return counts;
  }

  public void clearCounts() {
    callVoid("dbl_clear_counts");
  }

  /** Starts or ends the recording of calls; starting empties it. */
  public void recordCalls(boolean on) {
    callVoid("dbl_record_calls", on ? 1 : 0);
  }

  /** Names of the functions called while recording was on, in order. */
  public List<String> recordedCalls() {
    return callText("dbl_recorded_calls").lines().toList();
  }

  public long liveBytes() {
    return callLong("dbl_live_bytes");
  }

  public long livePinnedBytes() {
    return callLong("dbl_live_pinned_bytes");
  }

  /** Open handles of all libraries: streams, events, graphs, modules, descriptors. */
  public long liveHandles() {
    return callLong("dbl_live_handles");
  }

  /** Pieces of work that are queued and have not run. */
  public long pendingWork() {
    return callLong("dbl_pending_work");
  }

  /** Everything that is open, one a line; empty when nothing is. */
  public String liveReport() {
    return callText("dbl_live_report");
  }

  /** Memory of the pretended device in bytes, what is in use included. */
  public void setDeviceMemory(long bytes) {
    callVoid("dbl_set_device_memory", bytes);
  }

  /** Compute capability of the pretended device: 90 for 9.0. */
  public void setComputeCapability(int capability) {
    callVoid("dbl_set_compute_capability", capability);
  }

  /** How many devices there are; 0 makes the libraries answer as on a machine without one. */
  public void setDeviceCount(int count) {
    callVoid("dbl_set_device_count", count);
  }

  /** Reads device memory at once, past all queued work: for assertions only. */
  public float[] peekFloats(long address, int count) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment host = arena.allocate(ValueLayout.JAVA_FLOAT, Math.max(1, count));
      int status =
          (int)
              invoke(
                  "dbl_peek",
                  ValueLayout.JAVA_INT,
                  host,
                  MemorySegment.ofAddress(address),
                  (long) count * Float.BYTES);
      if (status != 0) {
        throw new IllegalArgumentException("not inside a live block of the device");
      }
      return host.asSlice(0, (long) count * Float.BYTES).toArray(ValueLayout.JAVA_FLOAT);
    }
  }

  private void callVoid(String function, Object... arguments) {
    invoke(function, null, arguments);
  }

  private long callLong(String function) {
    return (long) invoke(function, ValueLayout.JAVA_LONG);
  }

  @SuppressWarnings("restricted")
  private String callText(String function, Object... arguments) {
    MemorySegment text = (MemorySegment) invoke(function, ValueLayout.ADDRESS, arguments);
    return text.reinterpret(Long.MAX_VALUE).getString(0);
  }

  @SuppressWarnings("restricted")
  private Object invoke(String function, MemoryLayout result, Object... arguments) {
    MemoryLayout[] layouts = new MemoryLayout[arguments.length];
    for (int i = 0; i < arguments.length; i++) {
      layouts[i] =
          switch (arguments[i]) {
            case Long _ -> ValueLayout.JAVA_LONG;
            case Integer _ -> ValueLayout.JAVA_INT;
            default -> ValueLayout.ADDRESS;
          };
    }
    FunctionDescriptor type =
        result == null
            ? FunctionDescriptor.ofVoid(layouts)
            : FunctionDescriptor.of(result, layouts);
    MethodHandle handle = linker.downcallHandle(library.findOrThrow(function), type);
    try {
      return handle.invokeWithArguments(arguments);
    } catch (Throwable thrown) {
      throw new IllegalStateException(function, thrown);
    }
  }
}
