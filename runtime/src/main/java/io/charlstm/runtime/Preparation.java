package io.charlstm.runtime;

import io.charlstm.runtime.kernels.KernelSelection;
import io.charlstm.runtime.safetensors.SafetensorsFile;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What a process does once before it has read its first model, and does not depend on the model:
 * classes are initialized, first calls linked. Done in a thread of its own while a command line is
 * read, it costs no time where a processor is free.
 */
public final class Preparation {
  /** Belongs to the process. */
  private static final AtomicBoolean STARTED = new AtomicBoolean();

  private Preparation() {}

  /**
   * Starts the thread unless this process has had one, or has one processor only; a daemon that
   * ends by itself. Nothing depends on it, and whoever comes to something first waits for it or
   * does it.
   */
  public static void start() {
    if (Runtime.getRuntime().availableProcessors() > 1 && STARTED.compareAndSet(false, true)) {
      Thread.ofPlatform().daemon().name("charlstm-preparation").start(Preparation::run);
    }
  }

  private static void run() {
    try {
      SafetensorsFile.prepare();
      KernelSelection.prepare();
    } catch (RuntimeException | LinkageError ignored) {
      // Whoever needs it will meet it, too, and can say what was asked for.
    }
  }
}
