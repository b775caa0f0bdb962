package io.charlstm.runtime;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How the parameters start; see {@link Initializer}.
 *
 * @param kind the distribution
 * @param fan what the Xavier kinds divide by
 * @param scale factor on every random value; for {@link Kind#NORMAL} the standard deviation
 * @param forgetBias added to the forget gate's quarter of every {@code lstm.bias_ih}
 * @param outputDeviation if above 0, {@code output.weight} is normal with this standard deviation
 *     whatever the kind, unless it is tied to the embedding
 */
public record InitializerConfig(
    Kind kind, Fan fan, double scale, double forgetBias, double outputDeviation) {

  /** PyTorch's defaults. */
  public static final InitializerConfig DEFAULT = new InitializerConfig(Kind.UNIFORM, 1, 0);

  public InitializerConfig {
    if (!(scale >= 0 && scale <= 1e6)) {
      throw new IllegalArgumentException("init_scale must be from 0 to 1e6: " + scale);
    }
    if (!(outputDeviation >= 0 && outputDeviation <= 1e6)) {
      throw new IllegalArgumentException("output_init must be from 0 to 1e6: " + outputDeviation);
    }
    if (!(Math.abs(forgetBias) <= 1e6)) {
      throw new IllegalArgumentException("forget_bias must be from -1e6 to 1e6: " + forgetBias);
    }
  }

  /** All parameters alike, with the mean of both fans. */
  public InitializerConfig(Kind kind, double scale, double forgetBias) {
    this(kind, Fan.AVG, scale, forgetBias, 0);
  }

  /** The width that the Xavier kinds keep the variance over. */
  public enum Fan {
    /** The mean of inputs and outputs (Glorot and Bengio 2010). */
    AVG,
    /** Inputs. */
    IN,
    /** Outputs. */
    OUT
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
