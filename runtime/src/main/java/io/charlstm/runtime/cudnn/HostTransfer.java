package io.charlstm.runtime.cudnn;

import io.charlstm.bindings.cuda.CudaStream;
import io.charlstm.bindings.cuda.PinnedMemory;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Copies between Java arrays and device memory through a page-locked buffer; each call waits for
 * the stream, so what was launched before is seen. For the device thread.
 */
public final class HostTransfer implements AutoCloseable {
  private static final int ELEMENTS = 1 << 18;

  private final CudaStream stream;
  private final PinnedMemory staging;
  private final MemorySegment view;

  /** Copies in the order of {@code stream}. */
  public HostTransfer(CudaStream stream) {
    this.stream = stream;
    this.staging = PinnedMemory.allocate(4L * ELEMENTS, "staging of copies");
    this.view = staging.segment();
  }

  /** Copies {@code count} float32 values from the device. */
  public void read(long device, float[] destination, int from, int count) {
    for (int done = 0; done < count; done += ELEMENTS) {
      int part = Math.min(ELEMENTS, count - done);
      stream.copyToHost(view, device + 4L * done, 4L * part);
      stream.synchronize();
      MemorySegment.copy(view, ValueLayout.JAVA_FLOAT, 0, destination, from + done, part);
    }
  }

  /**
   * Copies the first {@code columns} float32 values of some rows, without gaps.
   *
   * @param stride elements from one row to the next on the device
   */
  public void readRows(long device, int rows, int columns, int stride, float[] destination) {
    int most = Math.max(1, ELEMENTS / stride);
    for (int row = 0; row < rows && stride <= ELEMENTS; row += most) {
      int part = Math.min(most, rows - row);
      stream.copyToHost(view, device + 4L * row * stride, 4L * part * stride);
      stream.synchronize();
      for (int r = 0; r < part; r++) {
        MemorySegment.copy(
            view,
            ValueLayout.JAVA_FLOAT,
            4L * r * stride,
            destination,
            (row + r) * columns,
            columns);
      }
    }
    for (int row = 0; row < rows && stride > ELEMENTS; row++) {
      read(device + 4L * row * stride, destination, row * columns, columns);
    }
  }

  /** Copies {@code count} float32 values to the device. */
  public void write(long device, float[] source, int from, int count) {
    for (int done = 0; done < count; done += ELEMENTS) {
      int part = Math.min(ELEMENTS, count - done);
      MemorySegment.copy(source, from + done, view, ValueLayout.JAVA_FLOAT, 0, part);
      stream.copyToDevice(device + 4L * done, view, 4L * part);
      stream.synchronize();
    }
  }

  /** Reads activations of the precision's type as floats. */
  public void readActivations(long device, Precision precision, float[] destination, int count) {
    if (!precision.isHalf()) {
      read(device, destination, 0, count);
      return;
    }
    for (int done = 0; done < count; done += ELEMENTS) {
      int part = Math.min(ELEMENTS, count - done);
      stream.copyToHost(view, device + 2L * done, 2L * part);
      stream.synchronize();
      for (int i = 0; i < part; i++) {
        short bits = view.getAtIndex(ValueLayout.JAVA_SHORT, i);
        destination[done + i] = HalfBits.toFloat(precision, bits);
      }
    }
  }

  /** Writes activations in the precision's type, rounded to the nearest even. */
  public void writeActivations(long device, Precision precision, float[] source, int count) {
    if (!precision.isHalf()) {
      write(device, source, 0, count);
      return;
    }
    for (int done = 0; done < count; done += ELEMENTS) {
      int part = Math.min(ELEMENTS, count - done);
      for (int i = 0; i < part; i++) {
        view.setAtIndex(ValueLayout.JAVA_SHORT, i, HalfBits.of(precision, source[done + i]));
      }
      stream.copyToDevice(device + 2L * done, view, 2L * part);
      stream.synchronize();
    }
  }

  @Override
  public void close() {
    staging.close();
  }
}
