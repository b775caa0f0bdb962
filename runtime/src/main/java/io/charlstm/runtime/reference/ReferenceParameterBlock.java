package io.charlstm.runtime.reference;

import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.ParameterBlock;
import io.charlstm.runtime.ParameterSpec;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One double array a tensor, in the canonical layout. */
public final class ReferenceParameterBlock implements ParameterBlock {
  private final List<ParameterSpec> specs;
  private final Map<String, double[]> tensors = new LinkedHashMap<>();

  ReferenceParameterBlock(NetworkConfig config) {
    specs = config.parameters();
    for (ParameterSpec spec : specs) {
      tensors.put(spec.name(), new double[spec.size()]);
    }
  }

  @Override
  public List<ParameterSpec> specs() {
    return specs;
  }

  @Override
  public void read(String name, float[] destination) {
    double[] values = tensor(name);
    requireLength(name, destination.length, values.length);
    for (int i = 0; i < values.length; i++) {
      destination[i] = (float) values[i];
    }
  }

  @Override
  public void write(String name, float[] source) {
    double[] values = tensor(name);
    requireLength(name, source.length, values.length);
    for (int i = 0; i < values.length; i++) {
      values[i] = source[i];
    }
  }

  @Override
  public void clear() {
    for (double[] values : tensors.values()) {
      Arrays.fill(values, 0);
    }
  }

  /** A copy of a tensor in full precision, row-major. */
  public double[] readDouble(String name) {
    return tensor(name).clone();
  }

  /** Copies a tensor in without rounding, row-major. */
  public void writeDouble(String name, double[] source) {
    double[] values = tensor(name);
    requireLength(name, source.length, values.length);
    System.arraycopy(source, 0, values, 0, values.length);
  }

  /** The tensor itself, shared with the arithmetic. */
  double[] tensor(String name) {
    double[] values = tensors.get(name);
    if (values == null) {
      throw new IllegalArgumentException("no parameter named " + name);
    }
    return values;
  }

  void copyFrom(ReferenceParameterBlock other) {
    tensors.forEach((name, values) -> other.copyTensor(name, values));
  }

  /** Goes towards another block by a part of the distance. */
  void blend(ReferenceParameterBlock other, double gain) {
    tensors.forEach(
        (name, values) -> {
          double[] target = other.tensor(name);
          for (int i = 0; i < values.length; i++) {
            values[i] += gain * (target[i] - values[i]);
          }
        });
  }

  /** Exchanges all values with another block. */
  void exchange(ReferenceParameterBlock other) {
    tensors.forEach(
        (name, values) -> {
          double[] kept = values.clone();
          other.copyTensor(name, values);
          other.writeDouble(name, kept);
        });
  }

  private void copyTensor(String name, double[] destination) {
    System.arraycopy(tensor(name), 0, destination, 0, destination.length);
  }

  private static void requireLength(String name, int length, int needed) {
    if (length < needed) {
      throw new IllegalArgumentException(
          name + " has " + needed + " values but the array has room for " + length);
    }
  }
}
