package io.charlstm.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;

/**
 * Closes a stream from which nothing has come for a while: a blocking read of an HTTP body has no
 * time limit of its own.
 */
final class StallWatch implements AutoCloseable {
  private final InputStream stream;
  private final long limitNanos;
  private final Thread watcher;
  private volatile long lastProgress = System.nanoTime();
  private volatile boolean stalled;

  StallWatch(InputStream stream, Duration limit) {
    this.stream = stream;
    this.limitNanos = limit.toNanos();
    this.watcher = Thread.ofVirtual().name("download watch").start(this::watch);
  }

  private void watch() {
    try {
      long left = limitNanos;
      while (left > 0) {
        Thread.sleep(Duration.ofNanos(left));
        left = lastProgress + limitNanos - System.nanoTime();
      }
      stalled = true;
      stream.close();
    } catch (InterruptedException _) {
      // The download has ended; there is nothing left to watch.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void progress() {
    lastProgress = System.nanoTime();
  }

  boolean stalled() {
    return stalled;
  }

  @Override
  public void close() {
    watcher.interrupt();
  }
}
