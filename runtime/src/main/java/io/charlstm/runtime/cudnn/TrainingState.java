package io.charlstm.runtime.cudnn;

import io.charlstm.bindings.cuda.CudaStream;
import io.charlstm.bindings.cuda.PinnedMemory;
import io.charlstm.runtime.cudnn.DeviceBuffers.Block;
import io.charlstm.runtime.ownership.Resources;

/**
 * A network's step state on the device, which all its training shares: kernels read from it what
 * changes from step to step. For the device thread.
 */
final class TrainingState implements AutoCloseable {
  // PyTorch's GradScaler starts with these too.
  private static final float FIRST_LOSS_SCALE = 65_536;
  private static final int LOSS_SCALE_INTERVAL = 2000;

  private final Resources resources = new Resources();
  private final CudaStream stream;
  private final Block block;
  private final PinnedMemory copy;
  private final StepState view;
  private final KernelLaunch setUpdates;
  private CudnnUpdater updater;
  private boolean updatedSinceBackward;

  TrainingState(CudnnBackend backend, Block block) {
    this.stream = backend.stream();
    this.block = block;
    try {
      copy = resources.own(PinnedMemory.allocate(StepState.BYTES, "a copy of the step state"));
      view = new StepState(copy.segment());
      boolean scaled = backend.arithmetic() == Precision.FP16;
      Launches launches = new Launches(backend, resources);
      launches
          .single(
              "charlstm_state_init",
              block.address(),
              scaled ? FIRST_LOSS_SCALE : 1f,
              scaled ? LOSS_SCALE_INTERVAL : 0)
          .run();
      setUpdates = launches.single("charlstm_set_updates", block.address(), 0L);
    } catch (RuntimeException | Error e) {
      resources.abandon(e);
      throw e;
    }
  }

  long address() {
    return block.address();
  }

  /** Waits for the stream and copies the state; the result is overwritten by the next call. */
  StepState read() {
    stream.copyToHost(copy.segment(), block.address(), StepState.BYTES);
    stream.synchronize();
    return view;
  }

  /** Makes the count of updates in the state that of {@code next}, which is about to update. */
  void use(CudnnUpdater next) {
    if (updater == next) {
      return;
    }
    if (updater != null) {
      updater.keep(read());
    }
    updater = next;
    setUpdates(next.keptUpdates());
  }

  /** The updater is closed. */
  void forget(CudnnUpdater closed) {
    if (updater == closed) {
      updater = null;
    }
  }

  /** Whether the state's count of updates and norm are this one's. */
  boolean isOf(CudnnUpdater other) {
    return updater == other;
  }

  void setUpdates(long updates) {
    setUpdates.setLong(1, updates);
    setUpdates.run();
  }

  /** Gradients were computed, with the loss scale that the state holds. */
  void gradientsComputed() {
    updatedSinceBackward = false;
  }

  /** An update was made of the gradients, which may have changed the loss scale. */
  void updated() {
    updatedSinceBackward = true;
  }

  /** Factor that takes the loss scale out of the gradients as they are. */
  float inverseLossScale() {
    StepState state = read();
    boolean scaleMayHaveGrown = updatedSinceBackward && state.applied();
    return scaleMayHaveGrown ? state.inverseLossScale() : 1 / state.lossScale();
  }

  @Override
  public void close() {
    resources.close();
  }
}
