package io.charlstm.trainer;

import java.util.Locale;

/** Why a run ended. */
public enum EndReason {
  STEPS,
  EPOCHS,
  SECONDS,
  EARLY_STOPPING,
  INTERRUPTED;

  /** The word used in JSON: {@code steps}, {@code early_stopping}, ... */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
