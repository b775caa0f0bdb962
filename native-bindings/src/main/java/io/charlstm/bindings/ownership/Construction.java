package io.charlstm.bindings.ownership;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Parts of an object under construction: closed in reverse order when a later step fails, handed
 * over by {@link #complete()} when all steps succeeded.
 */
public final class Construction implements AutoCloseable {
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  /** Takes a part over and gives it back. */
  public <T extends AutoCloseable> T own(T part) {
    parts.push(part);
    return part;
  }

  /** The parts belong to the caller from now on. */
  public void complete() {
    parts.clear();
  }

  @Override
  public void close() {
    closeAll(parts);
  }

  /** Closes each part even when an earlier one fails; throws the first failure afterwards. */
  public static void closeAll(Iterable<? extends AutoCloseable> parts) {
    RuntimeException failure = null;
    for (AutoCloseable part : parts) {
      try {
        part.close();
      } catch (Exception e) {
        if (failure == null) {
          failure = e instanceof RuntimeException r ? r : new IllegalStateException(e);
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
