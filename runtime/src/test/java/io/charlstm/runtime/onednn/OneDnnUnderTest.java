package io.charlstm.runtime.onednn;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.charlstm.bindings.onednn.OneDnn;
import io.charlstm.runtime.Backend;
import io.charlstm.runtime.kernels.KernelSelection;

/** Creates the oneDNN backend for the contract tests, or skips them with the reason. */
public final class OneDnnUnderTest {
  private OneDnnUnderTest() {}

  /** A backend with the kernels that are chosen at the time. */
  public static Backend create(int threads) {
    assumeTrue(OneDnn.isAvailable(), () -> String.join("; ", OneDnn.unavailableReasons()));
    return new OneDnnBackend(threads);
  }

  /** From now on the kernels that need no Vector API are chosen; returns what was set before. */
  static String choosePlainKernels() {
    return System.setProperty(KernelSelection.PROPERTY, "plain");
  }

  /** Undoes {@link #choosePlainKernels}. */
  static void restoreKernels(String before) {
    if (before == null) {
      System.clearProperty(KernelSelection.PROPERTY);
    } else {
      System.setProperty(KernelSelection.PROPERTY, before);
    }
  }
}
