package io.charlstm.runtime.cudnn;

import io.charlstm.bindings.cuda.CudaGraph;
import io.charlstm.bindings.cuda.CudaStream;
import io.charlstm.runtime.ownership.Resources;

/**
 * The work of a step recorded as CUDA graphs: as one where a step has one window; else one for the
 * first window, one for each further window, one for the update, so that the text's chunks may
 * change between windows.
 */
final class StepGraphs implements AutoCloseable {
  private final Resources resources = new Resources();
  private final CudaStream stream;
  private final CudaGraph first;
  private final CudaGraph next;
  private final CudaGraph update;

  /** Records; all of it must have run once, so that libraries have nothing left to set up. */
  StepGraphs(CudaStream stream, StepProgram program, int windows) {
    this.stream = stream;
    try {
      if (windows == 1) {
        first =
            record(
                () -> {
                  program.window(false);
                  program.update();
                });
        next = null;
        update = null;
      } else {
        first = record(() -> program.window(false));
        next = record(() -> program.window(true));
        update = record(program::update);
      }
    } catch (RuntimeException | Error e) {
      resources.abandon(e);
      throw e;
    }
  }

  private CudaGraph record(Runnable work) {
    stream.beginCapture();
    try {
      work.run();
      return resources.own(stream.endCapture());
    } catch (RuntimeException | Error e) {
      try {
        stream.abandonCapture();
      } catch (RuntimeException another) {
        e.addSuppressed(another);
      }
      throw e;
    }
  }

  /** Queues a window, and the update too where a step has but one. */
  void window(boolean accumulate) {
    (accumulate ? next : first).launch(stream);
  }

  /** Queues the update, unless {@link #window} did. */
  void update() {
    if (update != null) {
      update.launch(stream);
    }
  }

  @Override
  public void close() {
    resources.close();
  }
}
