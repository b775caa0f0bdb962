package io.charlstm.runtime;

import io.charlstm.bindings.NativeLibraryException;
import io.charlstm.runtime.onednn.OneDnnBackend;
import io.charlstm.runtime.reference.ReferenceBackend;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Creates backends by the name of a device. */
public final class Backends {
  /** The names that {@link #create} knows; {@code cuda:N} stands for the GPU of number N. */
  public static final List<String> DEVICES = List.of("auto", "cpu", "cuda", "cuda:N", "reference");

  private static final Pattern GPU = Pattern.compile("cuda(:[0-9]{1,3})?");
  private static final Set<String> CPU_PRECISIONS = Set.of("auto", "fp32");

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
   * @param options {@code auto}: the GPU if {@link #autoReason} is empty, else oneDNN; {@code cpu}:
   *     oneDNN; {@code reference}: plain double precision, slow; {@code cuda}: a GPU
   * @throws BackendUnavailableException if the device cannot be served, with the reasons
   * @throws IllegalArgumentException if there is no device of that name, or threads is negative
   */
  public static Backend create(BackendOptions options) {
    String device = options.device();
    if (GPU.matcher(device).matches()) {
      throw new BackendUnavailableException(device, gpuReasons());
    }
    return switch (device) {
      case "auto", "cpu" -> oneDnn(options);
      case "reference" -> new ReferenceBackend();
      default ->
          throw new IllegalArgumentException(
              "unknown device " + device + "; known are " + String.join(", ", DEVICES));
    };
  }

  /** Why {@code auto} computes on the CPU here, in one line; empty when it takes a GPU. */
  public static Optional<String> autoReason() {
    return Optional.of(String.join("; ", gpuReasons()));
  }

  private static List<String> gpuReasons() {
    return List.of("the GPU backend is not part of this version yet; use --device cpu");
  }

  private static Backend oneDnn(BackendOptions options) {
    if (!CPU_PRECISIONS.contains(options.precision())) {
      throw new BackendUnavailableException(
          options.device(), List.of("the CPU computes in fp32, not in " + options.precision()));
    }
    try {
      return new OneDnnBackend(options.threads());
    } catch (NativeLibraryException e) {
      BackendUnavailableException unavailable =
          new BackendUnavailableException(options.device(), e.reasons());
      unavailable.initCause(e);
      throw unavailable;
    }
  }
}
