package io.charlstm.bindings.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.charlstm.bindings.NativeException;
import io.charlstm.bindings.ownership.Construction;
import io.charlstm.testing.cuda.CudaDouble;
import io.charlstm.testing.cuda.OnCudaDouble;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** That every array reaches the argument it is meant for: results against the LSTM's equations. */
@Tag(CudaDouble.TAG)
@ExtendWith(OnCudaDouble.class)
class LstmOnDoubleTest {
  private static final int STEPS = 4;
  private static final int BATCH = 3;
  private static final int INPUT = 5;
  private static final int HIDDEN = 6;
  private static final int LAYERS = 2;
  private static final LstmSpec SPEC =
      new LstmSpec(
          RnnAlgorithm.STANDARD, CudnnDataType.FLOAT, CudnnMathType.FMA, INPUT, HIDDEN, LAYERS);

  /** Single precision over at most 4 * 6 summands of magnitude 1, and 1e-10 of the differences. */
  private static final double TOLERANCE = 2e-5;

  private final LstmOracle oracle = new LstmOracle(STEPS, BATCH, INPUT, HIDDEN, LAYERS);
  private final Random random = new Random(20261123);
  private final double[] weights = LstmOracle.random(random, oracle.weightCount());
  private final double[] x = LstmOracle.random(random, STEPS * BATCH * INPUT);
  private final double[] hx = LstmOracle.random(random, oracle.stateCount());
  private final double[] cx = LstmOracle.random(random, oracle.stateCount());
  private final double[] dy = LstmOracle.random(random, STEPS * BATCH * HIDDEN);
  private final double[] dhy = LstmOracle.random(random, oracle.stateCount());
  private final double[] dcy = LstmOracle.random(random, oracle.stateCount());

  @BeforeEach
  void start() {
    CudaDevice.of(0).makeCurrent();
  }

  @Test
  void forwardFollowsTheEquations() {
    try (Window w = new Window(true)) {
      LstmBuffers b = w.buffers;
      w.window.forward(w.handle, true, b);
      LstmOracle.Outputs expected = oracle.run(weights, x, hx, cx);
      assertEqual("y", w.arrays.read(b.y, dy.length), expected.y());
      assertEqual("hy", w.arrays.read(b.hy, hx.length), expected.hy());
      assertEqual("cy", w.arrays.read(b.cy, cx.length), expected.cy());
    }
  }

  @Test
  void inferenceNeedsNoReserveAndStatesMayBeLeftOut() {
    try (Window w = new Window(false)) {
      LstmBuffers b = w.buffers;
      b.hx = 0;
      b.cx = 0;
      b.hy = 0;
      b.cy = 0;
      w.window.forward(w.handle, false, b);
      double[] zeros = new double[oracle.stateCount()];
      assertEqual("y", w.arrays.read(b.y, dy.length), oracle.run(weights, x, zeros, zeros).y());
    }
  }

  @Test
  void gradientsAreTheDifferencesOfTheLoss() {
    try (Window w = new Window(true)) {
      LstmBuffers b = w.buffers;
      w.arrays.stream.fill(b.dWeights, 0, b.weightBytes);
      w.window.forward(w.handle, true, b);
      w.window.backwardData(w.handle, b);
      w.window.backwardWeights(w.handle, b);
      assertEqual("dx", w.arrays.read(b.dx, x.length), dx());
      double[] dhx = LstmOracle.gradient(v -> loss(weights, x, v, cx), hx);
      assertEqual("dhx", w.arrays.read(b.dhx, hx.length), dhx);
      double[] dcx = LstmOracle.gradient(v -> loss(weights, x, hx, v), cx);
      assertEqual("dcx", w.arrays.read(b.dcx, cx.length), dcx);
      double[] dWeights = LstmOracle.gradient(v -> loss(v, x, hx, cx), weights);
      assertEqual("dWeights", w.readWeights(b.dWeights), dWeights);
    }
  }

  @Test
  void gradientsOfTheWeightsAreAdded() {
    try (Window w = new Window(true)) {
      LstmBuffers b = w.buffers;
      w.arrays.stream.fill(b.dWeights, 0, b.weightBytes);
      for (int i = 0; i < 2; i++) {
        w.window.forward(w.handle, true, b);
        w.window.backwardData(w.handle, b);
        w.window.backwardWeights(w.handle, b);
      }
      double[] twice = LstmOracle.gradient(v -> 2 * loss(v, x, hx, cx), weights);
      assertEqual("dWeights", w.readWeights(b.dWeights), twice);
    }
  }

  @Test
  void weightsLieInsideOfTheWeightSpaceWithTheirShapes() {
    try (Window w = new Window(false)) {
      for (int layer = 0; layer < LAYERS; layer++) {
        for (int gate = 0; gate < 8; gate++) {
          LstmDescriptor.WeightParam matrix = w.matrix(layer, gate);
          assertThat(matrix.rows()).isEqualTo(HIDDEN);
          assertThat(matrix.columns()).isEqualTo(gate < 4 ? oracle.width(layer) : HIDDEN);
          assertThat(matrix.offsetBytes() + 4 * matrix.rows() * matrix.columns())
              .isBetween(0L, w.buffers.weightBytes);
          LstmDescriptor.WeightParam bias = w.bias(layer, gate);
          assertThat(bias.rows()).isEqualTo(HIDDEN);
          assertThat(bias.columns()).isEqualTo(1);
        }
      }
    }
  }

  @Test
  void aReserveSpaceThatIsTooSmallIsRefused() {
    try (Window w = new Window(true)) {
      w.buffers.reserveBytes--;
      assertThatThrownBy(() -> w.window.forward(w.handle, true, w.buffers))
          .isInstanceOf(NativeException.class)
          .hasMessageContaining("cudnnRNNForward", "T=4, B=3");
      CudaDouble.find().ifPresent(CudaDouble::clearViolations);
    }
  }

  private double[] dx() {
    return LstmOracle.gradient(v -> loss(weights, v, hx, cx), x);
  }

  private double loss(double[] w, double[] inputs, double[] h, double[] c) {
    LstmOracle.Outputs out = oracle.run(w, inputs, h, c);
    return LstmOracle.dot(out.y(), dy)
        + LstmOracle.dot(out.hy(), dhy)
        + LstmOracle.dot(out.cy(), dcy);
  }

  private static void assertEqual(String what, float[] actual, double[] expected) {
    assertThat(actual).as(what).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) actual[i])
          .as("%s[%d]", what, i)
          .isCloseTo(expected[i], within(TOLERANCE));
    }
  }

  private static float[] floats(double[] values) {
    float[] result = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = (float) values[i];
    }
    return result;
  }

  /** Everything of one window, filled. */
  private final class Window implements AutoCloseable {
    final DeviceArrays arrays = new DeviceArrays();
    final CudnnHandle handle = CudnnHandle.create(arrays.stream);
    final LstmDescriptor lstm = LstmDescriptor.create(SPEC);
    final LstmWindow window = LstmWindow.create(lstm, SPEC, STEPS, BATCH);
    final LstmBuffers buffers = new LstmBuffers();

    Window(boolean training) {
      LstmBuffers b = buffers;
      b.weightBytes = lstm.weightSpaceBytes(handle);
      b.weights = arrays.bytes(b.weightBytes);
      arrays.stream.fill(b.weights, 0, b.weightBytes);
      b.dWeights = arrays.bytes(b.weightBytes);
      writeWeights();
      LstmWindow.TempSizes sizes = window.tempSizes(handle, training);
      b.workspaceBytes = sizes.workspaceBytes();
      b.workspace = arrays.bytes(b.workspaceBytes);
      b.reserveBytes = sizes.reserveBytes();
      b.reserve = training ? arrays.bytes(b.reserveBytes) : 0;
      assertThat(b.reserveBytes == 0).isEqualTo(!training);
      b.x = arrays.of(floats(x));
      b.hx = arrays.of(floats(hx));
      b.cx = arrays.of(floats(cx));
      b.dy = arrays.of(floats(dy));
      b.dhy = arrays.of(floats(dhy));
      b.dcy = arrays.of(floats(dcy));
      b.y = arrays.bytes(4L * dy.length);
      b.hy = arrays.bytes(4L * hx.length);
      b.cy = arrays.bytes(4L * cx.length);
      b.dx = arrays.bytes(4L * x.length);
      b.dhx = arrays.bytes(4L * hx.length);
      b.dcx = arrays.bytes(4L * cx.length);
    }

    LstmDescriptor.WeightParam matrix(int layer, int gate) {
      return lstm.matrix(handle, layer, gate, buffers.weightBytes, buffers.weights);
    }

    LstmDescriptor.WeightParam bias(int layer, int gate) {
      return lstm.bias(handle, layer, gate, buffers.weightBytes, buffers.weights);
    }

    void writeWeights() {
      float[] all = floats(weights);
      forEachWeight(
          (param, start, count) ->
              arrays.write(
                  buffers.weights + param.offsetBytes(),
                  Arrays.copyOfRange(all, start, start + count)));
    }

    float[] readWeights(long space) {
      float[] all = new float[weights.length];
      forEachWeight(
          (param, start, count) ->
              System.arraycopy(
                  arrays.read(space + param.offsetBytes(), count), 0, all, start, count));
      return all;
    }

    private void forEachWeight(WeightUse use) {
      for (int layer = 0; layer < LAYERS; layer++) {
        for (int gate = 0; gate < 8; gate++) {
          LstmDescriptor.WeightParam matrix = matrix(layer, gate);
          int count = (int) (matrix.rows() * matrix.columns());
          use.with(matrix, oracle.matrix(layer, gate), count);
          use.with(bias(layer, gate), oracle.bias(layer, gate), HIDDEN);
        }
      }
    }

    @Override
    public void close() {
      Construction.closeAll(List.of(window, lstm, handle, arrays));
    }
  }

  /** What is done with one matrix or bias. */
  @FunctionalInterface
  private interface WeightUse {
    void with(LstmDescriptor.WeightParam param, int start, int count);
  }
}
