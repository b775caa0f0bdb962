package io.charlstm.runtime.onednn;

import io.charlstm.bindings.NativeLibraryException;
import io.charlstm.bindings.onednn.DnnlEngine;
import io.charlstm.bindings.onednn.DnnlStream;
import io.charlstm.bindings.onednn.OneDnn;
import io.charlstm.runtime.BackendUnavailableException;
import io.charlstm.runtime.ownership.Resources;
import java.util.ArrayList;
import java.util.List;

/** The loaded library, the threads that compute with it, and a stream for each of them. */
final class OneDnnTeam implements AutoCloseable {
  private final Resources resources = new Resources();
  private final OneDnn library;
  private final Workers.ThreadSetting oneOmpThread;
  private final Workers workers;
  private final DnnlEngine engine;
  private final List<DnnlStream> streams;

  private OneDnnTeam(OneDnn library, int threads) {
    this.library = library;
    oneOmpThread = new OneOmpThread(library);
    try {
      workers = resources.own(new Workers(threads, oneOmpThread));
      engine = resources.own(DnnlEngine.cpu());
      List<DnnlStream> created = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        created.add(resources.own(new DnnlStream(engine)));
      }
      streams = List.copyOf(created);
    } catch (RuntimeException | Error e) {
      resources.abandon(e);
      throw e;
    }
  }

  /**
   * Loads the library and starts the threads.
   *
   * @param device as users know it, for the message
   * @throws BackendUnavailableException if oneDNN cannot be loaded here, with the reasons
   */
  static OneDnnTeam start(String device, int threads) {
    try {
      return new OneDnnTeam(OneDnn.get(), threads);
    } catch (NativeLibraryException e) {
      throw new BackendUnavailableException(device, e.reasons(), e);
    }
  }

  OneDnn library() {
    return library;
  }

  /** Whether the processor multiplies bfloat16 by tiles, see {@link OneDnn#hasAmx}. */
  boolean hasAmx() {
    return library.hasAmx();
  }

  /** Whether the processor has vectors of 512 bits. */
  boolean hasAvx512() {
    return library.hasAvx512();
  }

  /** What to set in a thread that creates or runs primitives. */
  Workers.ThreadSetting oneOmpThread() {
    return oneOmpThread;
  }

  Workers workers() {
    return workers;
  }

  DnnlEngine engine() {
    return engine;
  }

  /** One for each thread. */
  List<DnnlStream> streams() {
    return streams;
  }

  @Override
  public void close() {
    resources.close();
  }

  /** oneDNN without threads of its own in the calling thread. */
  private static final class OneOmpThread implements Workers.ThreadSetting {
    private final OneDnn library;

    OneOmpThread(OneDnn library) {
      this.library = library;
    }

    @Override
    public int enter() {
      int before = library.ompThreads();
      library.setOmpThreads(1);
      return before;
    }

    @Override
    public void leave(int before) {
      library.setOmpThreads(before);
    }
  }
}
