package io.charlstm.runtime;

import io.charlstm.bindings.NativeException;
import io.charlstm.bindings.cuda.CudaDevice;
import io.charlstm.bindings.cuda.CudaLibraries;
import io.charlstm.bindings.cuda.CudaLibrary;
import io.charlstm.bindings.cuda.CudaStack;
import io.charlstm.runtime.cudnn.CudnnBackend;
import io.charlstm.runtime.onednn.CpuPrecision;
import io.charlstm.runtime.onednn.OneDnnBackend;
import io.charlstm.runtime.reference.ReferenceBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Creates backends by the name of a device. */
public final class Backends {
  /** The names that {@link #create} knows; {@code cuda:N} stands for the GPU of number N. */
  public static final List<String> DEVICES = List.of("auto", "cpu", "cuda", "cuda:N", "reference");

  private static final Pattern GPU = Pattern.compile("cuda(?::([0-9]{1,3}))?");
  private static final List<String> CPU_PRECISIONS = List.of("fp32", "bf16", "int8");
  private static final String CURE = "use --device cpu to compute without a GPU";

  /** Why a GPU that seemed usable was not, the last time it was tried. */
  private static volatile List<String> failure = List.of();

  private Backends() {}

  /** The best backend that works here, with a thread for each processor. */
  public static Backend auto() {
    return create("auto", 0);
  }

  /** As {@link #create(BackendOptions)} with whatever else the device does by itself. */
  public static Backend create(String device, int threads) {
    return create(BackendOptions.of(device, threads));
  }

  /**
   * Creates a backend. The caller closes it.
   *
   * @param options {@code auto}: a GPU where one works, else oneDNN, and then {@link #autoReason}
   *     says why; {@code cpu}: oneDNN; {@code reference}: plain double precision, slow; {@code
   *     cuda} or {@code cuda:N}: a GPU
   * @throws BackendUnavailableException if the device cannot be served, or not as the options ask,
   *     with the reasons
   * @throws IllegalArgumentException if there is no device, precision or algorithm of that name, or
   *     threads is negative
   */
  public static Backend create(BackendOptions options) {
    requireKnown("precision", options.precision(), BackendOptions.PRECISIONS);
    requireKnown("RNN algorithm", options.rnnAlgorithm(), BackendOptions.RNN_ALGORITHMS);
    String device = options.device();
    Matcher gpu = GPU.matcher(device);
    if (gpu.matches()) {
      return cuda(options, gpu.group(1) == null ? 0 : Integer.parseInt(gpu.group(1)));
    }
    return switch (device) {
      case "auto" -> best(options);
      case "cpu" -> oneDnn(options, List.of());
      case "reference" -> reference(options);
      default ->
          throw new IllegalArgumentException(
              "unknown device " + device + "; known are " + String.join(", ", DEVICES));
    };
  }

  /** Why {@code auto} computes on the CPU here, in one line; empty when it takes a GPU. */
  public static Optional<String> autoReason() {
    List<String> reasons = autoReasons();
    if (reasons.isEmpty()) {
      reasons = failure;
    }
    return reasons.isEmpty()
        ? Optional.empty()
        : Optional.of(String.join("; ", reasons).replace('\n', ' '));
  }

  private static void requireKnown(String what, String value, List<String> known) {
    if (!known.contains(value)) {
      throw new IllegalArgumentException(
          "unknown " + what + " " + value + "; known are " + String.join(", ", known));
    }
  }

  private static Backend best(BackendOptions options) {
    failure = List.of();
    List<String> reasons = autoReasons();
    if (reasons.isEmpty()) {
      requireOnGpu(options);
      try {
        return new CudnnBackend(0, options);
      } catch (NativeException e) {
        failure = List.of(e.getMessage());
        reasons = failure;
      }
    }
    return oneDnn(options, reasons);
  }

  /**
   * As {@link #gpuReasons}, but where there is no driver that alone: most such machines have no
   * GPU, and looking for the libraries takes a good part of the time in which a text begins.
   */
  private static List<String> autoReasons() {
    Optional<String> noDriver = CudaLibraries.problem(CudaLibrary.DRIVER);
    return noDriver.isPresent() ? List.of(noDriver.get()) : gpuReasons(0);
  }

  /** What keeps a GPU from being used, as far as it shows without using it. */
  private static List<String> gpuReasons(int ordinal) {
    if (!CudaStack.isAvailable()) {
      return CudaStack.unavailableReasons();
    }
    try {
      int count = CudaDevice.count();
      return ordinal < count
          ? List.of()
          : List.of("number of GPUs found: " + count + ", the first is cuda:0");
    } catch (NativeException e) {
      return List.of(e.getMessage());
    }
  }

  private static Backend cuda(BackendOptions options, int ordinal) {
    List<String> reasons = gpuReasons(ordinal);
    if (!reasons.isEmpty()) {
      throw new BackendUnavailableException(options.device(), withCure(reasons));
    }
    requireOnGpu(options);
    try {
      return new CudnnBackend(ordinal, options);
    } catch (NativeException e) {
      throw new BackendUnavailableException(options.device(), withCure(List.of(e.getMessage())), e);
    }
  }

  /** Throws if only a CPU can do what is asked. */
  private static void requireOnGpu(BackendOptions options) {
    if (options.precision().equals("int8")) {
      throw new BackendUnavailableException(
          options.device(), withCure(List.of("int8 is a precision of sampling on a CPU")));
    }
  }

  private static List<String> withCure(List<String> reasons) {
    List<String> all = new ArrayList<>(reasons);
    all.add(CURE);
    return all;
  }

  private static Backend reference(BackendOptions options) {
    requireOnProcessor(options, List.of("fp64"), List.of());
    return new ReferenceBackend();
  }

  private static Backend oneDnn(BackendOptions options, List<String> whyNoGpu) {
    requireOnProcessor(options, CPU_PRECISIONS, whyNoGpu);
    String asked = options.precision();
    CpuPrecision precision =
        asked.equals("auto")
            ? CpuPrecision.FP32
            : CpuPrecision.valueOf(asked.toUpperCase(Locale.ROOT));
    return new OneDnnBackend(options.threads(), precision);
  }

  /** Throws if only a GPU can do what is asked. */
  private static void requireOnProcessor(
      BackendOptions options, List<String> precisions, List<String> whyNoGpu) {
    List<String> reasons = new ArrayList<>();
    String asked = options.precision();
    if (!asked.equals("auto") && !precisions.contains(asked)) {
      reasons.add("the CPU computes in " + String.join(", ", precisions) + ", not in " + asked);
    }
    if (!options.rnnAlgorithm().equals("auto")) {
      reasons.add("the RNN algorithm " + options.rnnAlgorithm() + " is one of a GPU");
    }
    if (!reasons.isEmpty()) {
      reasons.addAll(whyNoGpu);
      throw new BackendUnavailableException(options.device(), reasons);
    }
  }
}
