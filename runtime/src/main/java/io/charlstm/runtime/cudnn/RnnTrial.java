package io.charlstm.runtime.cudnn;

import io.charlstm.bindings.cuda.CudaEvent;
import io.charlstm.bindings.cuda.CudaGraph;
import io.charlstm.bindings.cuda.CudaStream;
import io.charlstm.runtime.cudnn.DeviceBuffers.Block;
import io.charlstm.runtime.ownership.Resources;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs the LSTM's passes of a window a few times, on memory of its own, and takes the time: as a
 * graph where training will be one.
 */
final class RnnTrial implements AutoCloseable {
  private static final int RUNS = 5;

  private final Resources resources = new Resources();
  private final CudnnBackend backend;
  private final CudaStream stream;
  private final LstmWindows windows;

  private RnnTrial(CudnnNetwork network, LstmStack stack, WindowShape shape) {
    this.backend = network.backend();
    this.stream = backend.stream();
    try {
      windows = resources.own(new LstmWindows(backend, stack, shape, shape.sequenceLength()));
      DeviceBuffers device = resources.own(new DeviceBuffers("the trial of " + stack.algorithm()));
      PlanBuffers buffers = new PlanBuffers(shape, device);
      Workspaces workspaces =
          Workspaces.of(windows, windows.workspaceBytes(), shape.parts(), device);
      List<Block> gradients = new ArrayList<>();
      for (int part = 0; part < shape.parts(); part++) {
        gradients.add(device.add("gradients", stack.spaceBytes(part), 1));
      }
      device.allocate(backend.cudaDevice());
      device.zero(stream);
      windows.bind(network, buffers, workspaces);
      windows.divertGradients(gradients.stream().map(Block::address).toList());
    } catch (RuntimeException | Error e) {
      resources.abandon(e);
      throw e;
    }
  }

  /** Least time of some runs, in milliseconds. */
  static double millis(CudnnNetwork network, LstmStack stack, WindowShape shape) {
    try (RnnTrial trial = new RnnTrial(network, stack, shape)) {
      return trial.measure();
    }
  }

  private double measure() {
    passes();
    if (!backend.options().graph()) {
      return fastest(this::passes);
    }
    stream.beginCapture();
    try {
      passes();
    } catch (RuntimeException | Error e) {
      stream.abandonCapture();
      throw e;
    }
    CudaGraph graph = resources.own(stream.endCapture());
    return fastest(() -> graph.launch(stream));
  }

  private void passes() {
    windows.pipeline().up((part, piece) -> windows.forward(part, piece, true));
    windows.pipeline().down(windows::backwardData, windows::backwardWeights);
  }

  private double fastest(Runnable work) {
    CudaEvent start = resources.own(CudaEvent.create(true));
    CudaEvent end = resources.own(CudaEvent.create(true));
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < RUNS; i++) {
      start.record(stream);
      work.run();
      end.record(stream);
      end.synchronize();
      least = Math.min(least, end.millisSince(start));
    }
    return least;
  }

  @Override
  public void close() {
    backend.closeWhenIdle(resources);
  }
}
