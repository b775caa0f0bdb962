package io.charlstm.testing.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;

/**
 * What a test tagged {@code cuda-double} runs on: the double or, where there is none, the GPU of
 * this machine. A test that needs the double itself asks for {@link CudaDouble#assumed}; one that
 * asks it something on the way uses {@link CudaDouble#find}, and goes on without it on a GPU.
 */
public final class CudaUnderTest {
  /**
   * Tag, beside that of the double, of tests that must be alone on a GPU, because they look at what
   * all its processes share.
   */
  public static final String ALONE = "gpu-alone";

  private CudaUnderTest() {}

  /** Skips the calling test, with the reasons, where there is neither a double nor a GPU. */
  public static void assumed() {
    if (CudaDouble.find().isPresent()) {
      return;
    }
    assumeTrue(
        isUsable(),
        () ->
            "no double of the CUDA libraries, and no GPU: "
                + String.join("; ", strings(call("cuda.CudaStack", "unavailableReasons"))));
  }

  /**
   * Lets a double forget everything; a GPU has nothing of the kind. A process finds out once what
   * CUDA it has, so that is done now: not while a test pretends that there is none.
   */
  public static void reset() {
    CudaDouble.find()
        .ifPresent(
            cuda -> {
              cuda.reset();
              isUsable();
            });
  }

  /** Fixes the order of work on a double ({@link CudaDouble#setSeed}); a GPU has its own. */
  public static void setSeed(long seed) {
    CudaDouble.find().ifPresent(cuda -> cuda.setSeed(seed));
  }

  /** Fails when a double has seen something that a GPU might not report. */
  public static void assertNothingWrong() {
    CudaDouble.find()
        .ifPresent(
            cuda -> assertThat(cuda.violations()).as("what the double complains about").isEmpty());
  }

  /** How many owners of native objects are open in this process. */
  public static long openHandles() {
    return (Long) call("memory.LiveHandles", "count");
  }

  private static boolean isUsable() {
    return (Boolean) call("cuda.CudaStack", "isAvailable");
  }

  private static List<String> strings(Object list) {
    return ((List<?>) list).stream().map(String::valueOf).toList();
  }

  /**
   * The bindings are not exported to every module whose tests come here, but tests run on the class
   * path.
   */
  private static Object call(String type, String method) {
    try {
      return Class.forName("io.charlstm.bindings." + type).getMethod(method).invoke(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(type + "." + method, e);
    }
  }
}
