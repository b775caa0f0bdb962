package io.charlstm.testing.cuda;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
  private int every = 1;
  private int share;
  private int shares = 1;
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

  /** Fails the first and the last call of each function and every n-th call of the run only. */
  public FaultSweep every(int n) {
    every = n;
    return this;
  }

  /** Fails only those calls, of all that would be, whose number leaves {@code rest}. */
  public FaultSweep share(int rest, int of) {
    share = rest;
    shares = of;
    return this;
  }

  /** How often the scenario ran. */
  public int runs() {
    return runs;
  }

  /**
   * Fails each call that the scenario makes, one after the other.
   *
   * @return what was wrong, one text for each run that did not end as it must; empty is good
   */
  public List<String> failCalls() {
    failures.clear();
    List<String> calls = calls();
    Map<String, Long> ordinals = new HashMap<>();
    for (int i = 0; i < calls.size(); i++) {
      String function = calls.get(i);
      long ordinal = ordinals.merge(function, 1L, Long::sum);
      boolean last = i == calls.lastIndexOf(function);
      boolean chosen = (ordinal == 1 || last || i % every == 0) && i % shares == share;
      if (!CANNOT_FAIL.contains(function) && chosen) {
        failCall(function, ordinal);
        undisturbedNowAndThen("after failures of calls up to " + ordinal + " of " + function);
      }
    }
    undisturbed("after all failures");
    return List.copyOf(failures);
  }

  /** Lets each allocation fail, and with it all later ones of its kind: the memory is full. */
  public List<String> failAllocations() {
    failures.clear();
    List<String> calls = calls();
    for (String function : List.of("cudaMalloc", "cudaHostAlloc")) {
      int count = Collections.frequency(calls, function);
      for (int ordinal = 1; ordinal <= count; ordinal++) {
        Map<String, Long> before = census();
        for (int later = ordinal; later <= count; later++) {
          cuda.failCall(function, later, status(function));
        }
        String what = function + " fails from call " + ordinal + " on";
        judge(what, function, status(function), run());
        cuda.clearFaults();
        compare(what, before);
      }
      undisturbed("after failures of " + function);
    }
    return List.copyOf(failures);
  }

  /** Fails each piece of queued work in turn: the device is lost until it is reset. */
  public List<String> failWork() {
    failures.clear();
    boolean struck = true;
    for (int ordinal = 1; struck; ordinal++) {
      cuda.reset();
      Map<String, Long> before = census();
      String what = "work " + ordinal + " fails";
      cuda.failWork(ordinal, STICKY_STATUS);
      Throwable thrown = run();
      struck = cuda.faultsStruck() > 0;
      if (struck) {
        judge(what, "", STICKY_STATUS, thrown);
      }
      cuda.clearFaults();
      compare(what, before);
    }
    cuda.reset();
    undisturbed("after lost devices");
    return List.copyOf(failures);
  }

  /** Names of the functions that an undisturbed run calls, in order. */
  private List<String> calls() {
    cuda.reset();
    undisturbed("before any fault");
    cuda.recordCalls(true);
    undisturbed("while calls are recorded");
    cuda.recordCalls(false);
    return cuda.recordedCalls();
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
    } else {
      judge(what, function, status, thrown);
    }
    compare(what, before);
  }

  private void judge(String what, String function, int status, Throwable thrown) {
    if (thrown == null && !harmless.contains(function)) {
      failures.add(what + ": no exception");
    } else if (thrown != null && !names(thrown, function, status)) {
      failures.add(what + ": not said by the exception" + said(thrown));
    }
  }

  // Each run is a new engine in the same process; now and then one goes through to its end.
  private void undisturbedNowAndThen(String when) {
    if (runs % 50 == 0) {
      undisturbed(when);
    }
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
