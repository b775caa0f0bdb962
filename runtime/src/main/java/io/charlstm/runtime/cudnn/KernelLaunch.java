package io.charlstm.runtime.cudnn;

import io.charlstm.bindings.cuda.CudaStream;
import io.charlstm.bindings.cuda.KernelCall;

/** A kernel with its arguments and grid, ready to be queued any number of times. */
final class KernelLaunch implements AutoCloseable {
  private final CudaStream stream;
  private final KernelCall call;
  private final int grid;
  private final int block;

  KernelLaunch(CudaStream stream, KernelCall call, int grid, int block) {
    this.stream = stream;
    this.call = call;
    this.grid = grid;
    this.block = block;
  }

  void setLong(int argument, long value) {
    call.setLong(argument, value);
  }

  void setInt(int argument, int value) {
    call.setInt(argument, value);
  }

  void setFloat(int argument, float value) {
    call.setFloat(argument, value);
  }

  void setDouble(int argument, double value) {
    call.setDouble(argument, value);
  }

  void run() {
    call.launch(stream, grid, block);
  }

  @Override
  public void close() {
    call.close();
  }
}
