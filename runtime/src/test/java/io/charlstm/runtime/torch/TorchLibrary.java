package io.charlstm.runtime.torch;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;

/** Loads libtorch once, or remembers why it can't be. */
final class TorchLibrary {
  private static final String REASON = load();

  private TorchLibrary() {}

  /** Skips the test with the reason where libtorch is missing. */
  static void assumeAvailable() {
    assumeTrue(REASON.isEmpty(), () -> "libtorch is not available: " + REASON);
  }

  private static String load() {
    try {
      Loader.load(torch.class);
      torch.set_num_threads(1);
      return "";
    } catch (LinkageError | RuntimeException e) {
      return e.toString();
    }
  }
}
