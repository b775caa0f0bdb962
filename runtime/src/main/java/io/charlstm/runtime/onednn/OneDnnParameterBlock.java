package io.charlstm.runtime.onednn;

import io.charlstm.runtime.ParameterBlock;
import io.charlstm.runtime.ParameterSpec;
import io.charlstm.runtime.kernels.Floats;
import java.util.List;

/** One flat block in {@link OneDnnWeightLayout}, read and written under PyTorch's names. */
final class OneDnnParameterBlock implements ParameterBlock {
  private final OneDnnWeightLayout layout;
  private final long address;
  private final Runnable beforeAccess;
  private final Runnable afterWrite;

  /**
   * @param address of the block, owned by someone else
   * @param beforeAccess throws when the owner is closed
   * @param afterWrite called after each change of a value
   */
  OneDnnParameterBlock(
      OneDnnWeightLayout layout, long address, Runnable beforeAccess, Runnable afterWrite) {
    this.layout = layout;
    this.address = address;
    this.beforeAccess = beforeAccess;
    this.afterWrite = afterWrite;
  }

  @Override
  public List<ParameterSpec> specs() {
    return layout.specs();
  }

  @Override
  public void read(String name, float[] destination) {
    beforeAccess.run();
    var placement = layout.placement(name);
    ParameterSpec spec = placement.spec();
    requireLength(spec, destination);
    long from = address + placement.offset();
    if (!placement.transposed()) {
      Floats.read(from, destination, 0, spec.size());
      return;
    }
    int rows = spec.shape().get(0);
    int columns = spec.shape().get(1);
    // Line by line: single values of native memory are slow until the loop is compiled.
    float[] line = new float[rows];
    for (int column = 0; column < columns; column++) {
      Floats.read(from + 4L * column * rows, line, 0, rows);
      for (int row = 0; row < rows; row++) {
        destination[row * columns + column] = line[row];
      }
    }
  }

  @Override
  public void write(String name, float[] source) {
    beforeAccess.run();
    var placement = layout.placement(name);
    ParameterSpec spec = placement.spec();
    requireLength(spec, source);
    long to = address + placement.offset();
    if (placement.transposed()) {
      writeTransposed(source, to, spec.shape().get(0), spec.shape().get(1));
    } else {
      Floats.write(to, source, 0, spec.size());
    }
    afterWrite.run();
  }

  private static void writeTransposed(float[] source, long to, int rows, int columns) {
    float[] line = new float[rows];
    for (int column = 0; column < columns; column++) {
      for (int row = 0; row < rows; row++) {
        line[row] = source[row * columns + column];
      }
      Floats.write(to + 4L * column * rows, line, 0, rows);
    }
  }

  @Override
  public void clear() {
    beforeAccess.run();
    Floats.zero(address, layout.bytes() / 4);
    afterWrite.run();
  }

  private static void requireLength(ParameterSpec spec, float[] values) {
    if (values.length < spec.size()) {
      throw new IllegalArgumentException(
          spec.name() + " has " + spec.size() + " elements, the array has " + values.length);
    }
  }
}
