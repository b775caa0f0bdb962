package io.charlstm.runtime;

import java.util.Arrays;

/** How often the dropout masks of activations are drawn. */
public enum DropoutKind {
  /** A new mask for every time step, as in {@code torch.nn.LSTM}. */
  STEP("step"),

  /** One mask for all time steps of a window (Gal and Ghahramani 2016). */
  VARIATIONAL("variational");

  private final String word;

  DropoutKind(String word) {
    this.word = word;
  }

  /** The word that configurations name it by. */
  public String word() {
    return word;
  }

  /**
   * The kind that a configuration names.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public static DropoutKind of(String word) {
    return Arrays.stream(values())
        .filter(kind -> kind.word.equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException("dropout_kind must be step or variational: " + word));
  }
}
