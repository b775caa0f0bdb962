package io.charlstm.runtime.onednn.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.charlstm.bindings.memory.NativeMemory;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.kernels.Floats;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class InputTableTest {
  private static final int V = 53;
  private static final int E = 7;
  private static final int THREADS = 4;
  private static final DecoderShape SHAPE =
      new DecoderShape(NetworkConfig.of(V, E, 11, 1), 4, true);
  private static final int GATES = SHAPE.gates();

  private final Random random = new Random(5);
  private final float[] embeddings = gaussian(V * E);
  private final float[] bias = gaussian(GATES);

  /** (E,gates) for each panel of columns. */
  private final float[] panels = gaussian(E * GATES);

  private float[] gaussian(int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private double expected(int token, int gate) {
    int panel = SHAPE.panel();
    int begin = gate / panel * panel * E + gate % panel;
    double sum = bias[gate];
    for (int k = 0; k < E; k++) {
      sum += (double) embeddings[token * E + k] * panels[begin + k * panel];
    }
    return sum;
  }

  private void assertRow(long address, int token) {
    float[] row = new float[GATES];
    Floats.read(address, row, 0, GATES);
    for (int gate = 0; gate < GATES; gate++) {
      // E products and a sum, each rounded to 24 bits; magnitudes stay below 32.
      assertThat((double) row[gate]).isCloseTo(expected(token, gate), within(32 * 0x1p-22));
    }
  }

  // All threads want each row first, as workers do that draw the same token.
  @Test
  void rowsAreWholeForEveryThread() throws Exception {
    try (NativeMemory memory = NativeMemory.allocate(4L * (V + 1) * GATES);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      Floats.write(memory.address(), bias, 0, GATES);
      try (InputTable table =
          new InputTable(SHAPE, memory.address() + 4L * GATES, memory.address())) {
        Floats.write(table.reset(embeddings), panels, 0, panels.length);
        Callable<Void> all =
            () -> {
              for (int token = 0; token < V; token++) {
                assertRow(table.row(token), token);
              }
              return null;
            };
        List<Future<Void>> running = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
          running.add(threads.submit(all));
        }
        for (Future<Void> one : running) {
          one.get();
        }
      }
    }
  }

  @Test
  void resetForgetsRows() {
    try (NativeMemory memory = NativeMemory.allocate(4L * (V + 1) * GATES)) {
      Floats.write(memory.address(), bias, 0, GATES);
      try (InputTable table =
          new InputTable(SHAPE, memory.address() + 4L * GATES, memory.address())) {
        Floats.write(table.reset(embeddings), panels, 0, panels.length);
        assertRow(table.row(3), 3);
        for (int i = 0; i < panels.length; i++) {
          panels[i] *= -1.5f;
        }
        Floats.write(table.reset(embeddings), panels, 0, panels.length);
        assertRow(table.row(3), 3);
      }
    }
  }
}
