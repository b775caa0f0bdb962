package io.charlstm.trainer;

/** Closes several things, all of them even when some fail. */
final class Closing {
  private Closing() {}

  /** Closes in the given order; the first failure is thrown, with later ones suppressed in it. */
  static void all(AutoCloseable... resources) {
    RuntimeException failure = null;
    for (AutoCloseable resource : resources) {
      try {
        if (resource != null) {
          resource.close();
        }
      } catch (Exception e) {
        if (failure == null) {
          failure =
              e instanceof RuntimeException unchecked ? unchecked : new IllegalStateException(e);
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** Closes what was made before a construction failed; null where nothing was. */
  static void after(Throwable failure, AutoCloseable... resources) {
    try {
      all(resources);
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }
}
