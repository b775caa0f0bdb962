package io.charlstm.trainer;

/** Training came to NaN or infinity and was stopped; earlier checkpoints are as they were. */
public final class NonFiniteLossException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  NonFiniteLossException(String message) {
    super(message);
  }
}
