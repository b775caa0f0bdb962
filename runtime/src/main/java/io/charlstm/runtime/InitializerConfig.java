package io.charlstm.runtime;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How the parameters start; see {@link Initializer}.
 *
 * @param kind the distribution
 * @param scale factor on every random value; for {@link Kind#NORMAL} the standard deviation
 * @param forgetBias added to the forget gate's quarter of every {@code lstm.bias_ih}
 */
public record InitializerConfig(Kind kind, double scale, double forgetBias) {

  /** PyTorch's defaults. */
  public static final InitializerConfig DEFAULT = new InitializerConfig(Kind.UNIFORM, 1, 0);

  public InitializerConfig {
    if (!(scale >= 0 && scale <= 1e6)) {
      throw new IllegalArgumentException("init_scale must be from 0 to 1e6: " + scale);
    }
    if (!(Math.abs(forgetBias) <= 1e6)) {
      throw new IllegalArgumentException("forget_bias must be from -1e6 to 1e6: " + forgetBias);
    }
  }

  /** The distributions. */
  public enum Kind {
    UNIFORM,
    XAVIER_UNIFORM,
    XAVIER_NORMAL,
    NORMAL;

    /** The word used in configurations, for example {@code xavier_uniform}. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** The kind a configuration names. */
    public static Kind parse(String word) {
      for (Kind kind : values()) {
        if (kind.word().equals(word)) {
          return kind;
        }
      }
      String known = Arrays.stream(values()).map(Kind::word).collect(Collectors.joining(", "));
      throw new IllegalArgumentException("initializer must be one of " + known + ": " + word);
    }
  }
}
