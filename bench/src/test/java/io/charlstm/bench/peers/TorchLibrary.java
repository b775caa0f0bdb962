package io.charlstm.bench.peers;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.bytedeco.pytorch.global.torch;

/** Skips tests where there is no libtorch for the platform. */
final class TorchLibrary {
  private static final String MISSING = loadFailure();

  private TorchLibrary() {}

  static void assumeThere() {
    assumeTrue(MISSING.isEmpty(), () -> "libtorch does not load: " + MISSING);
  }

  private static String loadFailure() {
    try {
      torch.set_num_threads(2);
      return "";
    } catch (LinkageError e) {
      return String.valueOf(e.getMessage());
    }
  }
}
