package io.charlstm.testing.cuda;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/**
 * Runs a scenario again and again, each time with one call of the CUDA libraries failing, and finds
 * out whether the program stood it: the failure must come out as an exception that names the
 * function and its status, nothing may stay open, nothing wrong may have happened on the device,
 * and the scenario must then work again in the same process.
 *
 * <p>The scenario opens and closes everything it uses, and does the same each time.
 */
public final class FaultSweep {
  /** What is tried; it must end with everything closed that it opened. */
  @FunctionalInterface
  public interface Scenario {
    void run() throws Exception;
  }

  /** Functions without a status, or that only say what a status means. */
  private static final Set<String> CANNOT_FAIL =
      Set.of(
          "cudaGetErrorString",
          "cudaGetErrorName",
          "cudaGetLastError",
          "cudaPeekAtLastError",
          "cuGetErrorString",
          "cuGetErrorName",
          "cudnnGetErrorString",
          "cudnnGetLastErrorString",
          "cudnnGetVersion",
          "cudnnGetCudartVersion",
          "cudnnGetMaxDeviceVersion",
          "cublasLtGetVersion",
          "cublasLtGetCudartVersion",
          "cublasLtGetStatusString",
          "cublasLtGetStatusName",
          "nvrtcGetErrorString");

  private static final int STICKY_STATUS = 700; // cudaErrorIllegalAddress

  private final CudaDouble cuda;
  private final Scenario scenario;
  private final Map<String, LongSupplier> censuses = new LinkedHashMap<>();
  private final Set<String> harmless = new TreeSet<>();
  private final List<String> failures = new ArrayList<>();
  private int callsPerFunction = 5;
  private int runs;

  public FaultSweep(CudaDouble cuda, Scenario scenario) {
    this.cuda = cuda;
    this.scenario = scenario;
  }

  /** Something that must be as it was before after each run, such as the count of live handles. */
  public FaultSweep unchanged(String name, LongSupplier census) {
    censuses.put(name, census);
    return this;
  }

  /** Functions whose failure the program may survive without an exception. */
  public FaultSweep harmless(String... functions) {
    harmless.addAll(List.of(functions));
    return this;
  }

  /** How many calls of each function fail at most: the first, the last, and some between. */
  public FaultSweep callsPerFunction(int count) {
    callsPerFunction = count;
    return this;
  }

  /** How often the scenario ran. */
  public int runs() {
    return runs;
  }

  /**
   * Fails calls of every function that the scenario calls.
   *
   * @return what was wrong, one text for each run that did not end as it must; empty is good
   */
  public List<String> failCalls() {
    failures.clear();
    cuda.reset();
    undisturbed("before any fault");
    cuda.clearCounts();
    undisturbed("while calls are counted");
    Map<String, Long> counts = cuda.calls();
    counts.keySet().removeAll(CANNOT_FAIL);
    counts.forEach(
        (function, count) -> {
          for (long ordinal : chosen(count)) {
            failCall(function, ordinal);
          }
          undisturbed("after failures of " + function);
        });
    return List.copyOf(failures);
  }

  /** Fails pieces of queued work: the device is lost until it is reset. */
  public List<String> failWork(int pieces) {
    failures.clear();
    for (int ordinal = 1; ordinal <= pieces; ordinal++) {
      cuda.reset();
      Map<String, Long> before = census();
      String what = "work " + ordinal + " fails";
      cuda.failWork(ordinal, STICKY_STATUS);
      Throwable thrown = run();
      if (cuda.faultsStruck() == 0) {
        break;
      }
      if (thrown == null || !chain(thrown).contains(String.valueOf(STICKY_STATUS))) {
        failures.add(what + ": no exception with status " + STICKY_STATUS + said(thrown));
      }
      cuda.clearFaults();
      compare(what, before);
    }
    cuda.reset();
    undisturbed("after lost devices");
    return List.copyOf(failures);
  }

  private void failCall(String function, long ordinal) {
    Map<String, Long> before = census();
    long struck = cuda.faultsStruck();
    int status = status(function);
    String what = function + " call " + ordinal + " returns " + status;
    cuda.failCall(function, ordinal, status);
    Throwable thrown = run();
    cuda.clearFaults();
    if (cuda.faultsStruck() == struck) {
      failures.add(what + ": it was not called again" + said(thrown));
    } else if (thrown == null && !harmless.contains(function)) {
      failures.add(what + ": no exception");
    } else if (thrown != null && !names(thrown, function, status)) {
      failures.add(what + ": not said by the exception" + said(thrown));
    }
    compare(what, before);
  }

  private void undisturbed(String when) {
    Map<String, Long> before = census();
    Throwable thrown = run();
    if (thrown != null) {
      failures.add(when + ": the scenario fails" + said(thrown));
    }
    compare(when, before);
  }

  private Throwable run() {
    runs++;
    cuda.setSeed(0); // the same order of work each time, so that the n-th call is the same call
    try {
      scenario.run();
      return null;
    } catch (Exception | LinkageError | AssertionError e) {
      return e;
    }
  }

  private Map<String, Long> census() {
    Map<String, Long> now = new LinkedHashMap<>();
    now.put("device bytes", cuda.liveBytes());
    now.put("page-locked bytes", cuda.livePinnedBytes());
    now.put("handles of the CUDA libraries", cuda.liveHandles());
    censuses.forEach((name, census) -> now.put(name, census.getAsLong()));
    return now;
  }

  private void compare(String what, Map<String, Long> before) {
    Map<String, Long> after = census();
    if (!after.equals(before)) {
      failures.add(what + ": before " + before + ", after " + after + "\n" + cuda.liveReport());
    }
    List<String> violations = cuda.violations();
    if (!violations.isEmpty()) {
      failures.add(what + ": " + violations.get(0) + " (" + violations.size() + " violations)");
      cuda.clearViolations();
    }
  }

  private SortedSet<Long> chosen(long count) {
    SortedSet<Long> ordinals = new TreeSet<>();
    long steps = Math.min(count, callsPerFunction);
    for (long i = 0; i < steps; i++) {
      ordinals.add(steps == 1 ? 1 : 1 + i * (count - 1) / (steps - 1));
    }
    return ordinals;
  }

  /** A status that the library of the function returns when something fails inside it. */
  private static int status(String function) {
    if (function.equals("cudaMalloc") || function.equals("cudaHostAlloc")) {
      return 2; // out of memory
    }
    if (function.startsWith("cudnn")) {
      return 4000; // CUDNN_STATUS_INTERNAL_ERROR
    }
    if (function.startsWith("cublasLt")) {
      return 14; // CUBLAS_STATUS_INTERNAL_ERROR
    }
    if (function.startsWith("nvrtc")) {
      return 11; // NVRTC_ERROR_INTERNAL_ERROR
    }
    return 999; // unknown error, of the runtime and the driver
  }

  private static boolean names(Throwable thrown, String function, int status) {
    String chain = chain(thrown);
    return chain.contains(function) && chain.contains(String.valueOf(status));
  }

  /** Messages of an exception, its causes and what was suppressed. */
  private static String chain(Throwable thrown) {
    StringBuilder text = new StringBuilder(String.valueOf(thrown));
    for (Throwable suppressed : thrown.getSuppressed()) {
      text.append(" | ").append(chain(suppressed));
    }
    if (thrown.getCause() != null) {
      text.append(" <- ").append(chain(thrown.getCause()));
    }
    return text.toString();
  }

  private static String said(Throwable thrown) {
    return thrown == null ? "" : ", but: " + chain(thrown);
  }
}
