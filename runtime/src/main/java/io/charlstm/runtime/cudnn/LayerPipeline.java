package io.charlstm.runtime.cudnn;

import io.charlstm.bindings.cuda.CudaEvent;
import io.charlstm.bindings.cuda.CudaStream;
import io.charlstm.runtime.ownership.Resources;
import java.util.List;

/**
 * Queues the pieces of all layers on the layers' streams, so that a piece waits for the piece
 * before it in its layer and for the same piece of the layer that it reads, and for nothing else.
 * The first layer's stream is that of all other work.
 */
final class LayerPipeline implements AutoCloseable {
  /** Queues a piece's work on its layer's stream. */
  interface Work {
    void queue(int part, int piece);
  }

  private final Resources resources = new Resources();
  private final List<CudaStream> streams;
  private final int pieces;
  private final CudaEvent started;
  private final CudaEvent[] ended;
  private final CudaEvent[][] done;

  /**
   * Creates its events.
   *
   * @param streams of each part; all the same where there is but one piece
   */
  LayerPipeline(List<CudaStream> streams, int pieces) {
    this.streams = List.copyOf(streams);
    this.pieces = pieces;
    int parts = pieces == 1 ? 0 : streams.size();
    ended = new CudaEvent[parts];
    done = new CudaEvent[parts][pieces];
    try {
      started = resources.own(CudaEvent.create(false));
      for (int part = 0; part < parts; part++) {
        ended[part] = resources.own(CudaEvent.create(false));
        for (int piece = 0; piece < pieces; piece++) {
          done[part][piece] = resources.own(CudaEvent.create(false));
        }
      }
    } catch (RuntimeException | Error e) {
      resources.abandon(e);
      throw e;
    }
  }

  /** From the first layer to the last, from the first piece to the last. */
  void up(Work work) {
    int last = streams.size() - 1;
    if (pieces == 1) {
      for (int part = 0; part <= last; part++) {
        work.queue(part, 0);
      }
      return;
    }
    fork();
    for (int wave = 0; wave < last + pieces; wave++) {
      for (int part = Math.max(0, wave - pieces + 1); part <= Math.min(wave, last); part++) {
        int piece = wave - part;
        if (part > 0) {
          streams.get(part).waitFor(done[part - 1][piece]);
        }
        work.queue(part, piece);
        done[part][piece].record(streams.get(part));
      }
    }
    join();
  }

  /**
   * From the last layer to the first, from the last piece to the first.
   *
   * @param first what the layer below waits for
   * @param then what it does not wait for
   */
  void down(Work first, Work then) {
    int last = streams.size() - 1;
    if (pieces == 1) {
      for (int part = last; part >= 0; part--) {
        first.queue(part, 0);
        then.queue(part, 0);
      }
      return;
    }
    fork();
    for (int wave = 0; wave < last + pieces; wave++) {
      for (int above = Math.max(0, wave - pieces + 1); above <= Math.min(wave, last); above++) {
        int part = last - above;
        int piece = pieces - 1 - (wave - above);
        if (above > 0) {
          streams.get(part).waitFor(done[part + 1][piece]);
        }
        first.queue(part, piece);
        done[part][piece].record(streams.get(part));
        then.queue(part, piece);
      }
    }
    join();
  }

  private void fork() {
    started.record(streams.getFirst());
    for (int part = 1; part < streams.size(); part++) {
      streams.get(part).waitFor(started);
    }
  }

  private void join() {
    for (int part = 1; part < streams.size(); part++) {
      ended[part].record(streams.get(part));
      streams.getFirst().waitFor(ended[part]);
    }
  }

  @Override
  public void close() {
    resources.close();
  }
}
