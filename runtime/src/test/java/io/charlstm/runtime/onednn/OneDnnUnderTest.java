package io.charlstm.runtime.onednn;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.charlstm.bindings.onednn.OneDnn;
import io.charlstm.runtime.Backend;
import io.charlstm.runtime.kernels.Bf16;
import io.charlstm.runtime.kernels.KernelSelection;

/** Creates the oneDNN backend for the contract tests, or skips them with the reason. */
public final class OneDnnUnderTest {
  private OneDnnUnderTest() {}

  /** A backend with the kernels that are chosen at the time. */
  public static Backend create(int threads) {
    assumeTrue(OneDnn.isAvailable(), () -> String.join("; ", OneDnn.unavailableReasons()));
    return new OneDnnBackend(threads);
  }

  /** A backend whose plans are split in this way. */
  static Backend create(PlanSplit split) {
    return forced((OneDnnBackend) create(split.threads()), split);
  }

  /** The same with bfloat16; null = split as the backend chooses for 2 threads. */
  static Backend createBf16(PlanSplit split) {
    int threads = split == null ? 2 : split.threads();
    return forced((OneDnnBackend) createBf16(threads), split);
  }

  private static Backend forced(OneDnnBackend backend, PlanSplit split) {
    backend.forceSplit(split);
    return backend;
  }

  /** The same with bfloat16; skips the test where the processor has no products of it. */
  public static Backend createBf16(int threads) {
    assumeTrue(OneDnn.isAvailable(), () -> String.join("; ", OneDnn.unavailableReasons()));
    assumeTrue(OneDnn.get().multipliesBf16(), "no AVX-512 BF16 or AMX");
    return new OneDnnBackend(threads, CpuPrecision.BF16);
  }

  /** The values after rounding to bfloat16. */
  static float[] rounded(float[] values) {
    float[] rounded = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      rounded[i] = Bf16.widen(Bf16.round(values[i]));
    }
    return rounded;
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
