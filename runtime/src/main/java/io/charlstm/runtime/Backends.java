package io.charlstm.runtime;

import io.charlstm.bindings.NativeLibraryException;
import io.charlstm.runtime.onednn.OneDnnBackend;
import io.charlstm.runtime.reference.ReferenceBackend;
import java.util.List;

/** Creates backends by the name of a device. */
public final class Backends {
  /** The names that {@link #create} knows. */
  public static final List<String> DEVICES = List.of("auto", "cpu", "cuda", "reference");

  private Backends() {}

  /** The best backend that works here, with a thread for each processor. */
  public static Backend auto() {
    return create("auto", 0);
  }

  /**
   * Creates a backend. The caller closes it.
   *
   * @param device {@code auto} or {@code cpu}: oneDNN; {@code reference}: plain double precision,
   *     slow; {@code cuda}: not yet
   * @param threads threads that compute; 0 = one for each processor
   * @throws BackendUnavailableException if the device cannot be served, with the reasons
   * @throws IllegalArgumentException if there is no device of that name, or threads is negative
   */
  public static Backend create(String device, int threads) {
    return switch (device) {
      case "auto", "cpu" -> oneDnn(device, threads);
      case "reference" -> new ReferenceBackend();
      case "cuda" ->
          throw new BackendUnavailableException(
              device, List.of("the GPU backend is not part of this version yet; use --device cpu"));
      default ->
          throw new IllegalArgumentException(
              "unknown device " + device + "; known are " + String.join(", ", DEVICES));
    };
  }

  private static Backend oneDnn(String device, int threads) {
    try {
      return new OneDnnBackend(threads);
    } catch (NativeLibraryException e) {
      BackendUnavailableException unavailable =
          new BackendUnavailableException(device, e.reasons());
      unavailable.initCause(e);
      throw unavailable;
    }
  }
}
