package io.charlstm.runtime.cudnn;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.charlstm.bindings.cuda.CudaStack;
import io.charlstm.runtime.BackendOptions;

/** Creates the cuDNN backend for tests, or skips them with the reason. */
public final class CudnnUnderTest {
  private CudnnUnderTest() {}

  /** A backend that computes in {@code precision} on the first device. */
  public static CudnnBackend create(String precision) {
    return create(precision, true);
  }

  /** The same with or without graphs. */
  public static CudnnBackend create(String precision, boolean graph) {
    assumeTrue(CudaStack.isAvailable(), () -> String.join("; ", CudaStack.unavailableReasons()));
    return new CudnnBackend(0, new BackendOptions("cuda", 0, precision, "standard", graph));
  }
}
