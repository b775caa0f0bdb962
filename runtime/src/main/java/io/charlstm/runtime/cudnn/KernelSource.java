package io.charlstm.runtime.cudnn;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The CUDA C kernels as one compilation unit: the {@code .cu} resources beside this class, in a
 * fixed order.
 */
final class KernelSource {
  /** What the unit is called in the compiler's messages; lines bear the names of their files. */
  static final String NAME = "charlstm.cu";

  /** What all others use comes first. */
  static final List<String> FILES =
      List.of(
          "common.cu",
          "half.cu",
          "state.cu",
          "token_order.cu",
          "embedding.cu",
          "embedding_gradient.cu",
          "dropout.cu",
          "convert.cu",
          "cross_entropy.cu",
          "sums.cu",
          "update.cu",
          "optimizers.cu",
          "shadow.cu",
          "decode.cu",
          "decode_weights.cu",
          "sampling.cu");

  private KernelSource() {}

  /** The whole text. */
  static String text() {
    StringBuilder text = new StringBuilder();
    for (String file : FILES) {
      text.append("#line 1 \"").append(file).append("\"\n").append(read(file)).append('\n');
    }
    return text.toString();
  }

  private static String read(String file) {
    try (InputStream in = KernelSource.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException("the kernels' source " + file + " is missing");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
