package io.charlstm.runtime.kernels;

import static io.charlstm.runtime.kernels.VectorMath.BYTES;
import static io.charlstm.runtime.kernels.VectorMath.load;
import static io.charlstm.runtime.kernels.VectorMath.store;

import jdk.incubator.vector.FloatVector;

/**
 * The LSTM cell with the Vector API.
 *
 * <p>The compiler stops inlining half way through a method that grows too large (18,000 nodes, of
 * which an access of native memory takes some 900), and then every vector is boxed. So there is one
 * loop with an exponential, called from one place, and the backward cell is made of small loops.
 */
final class VectorGates {
  private VectorGates() {}

  /**
   * Activates the gates of some units of a row; c = f*c' + i*g, tanhC = tanh(c), h = o*tanhC. Gates
   * are {@code units} apart before and {@code gateWidth} apart after.
   */
  static void forwardRow(
      long preactivations,
      long gates,
      long cPrevious,
      long c,
      long tanhC,
      long h,
      long hCopy,
      int units,
      int gateWidth) {
    long width = 4L * units;
    long apart = 4L * gateWidth;
    // i, f, g, o, and c; i and f of all units lie side by side and go together.
    int skipped = units == gateWidth ? 1 : 0;
    for (int part = skipped; part < 5; part++) {
      if (part == 4) {
        cell(gates, cPrevious, c, width, apart);
      }
      int joined = part == 1 ? skipped : 0;
      long from = part == 4 ? c : preactivations + (part - joined) * width;
      long to = part == 4 ? tanhC : gates + (part - joined) * apart;
      logistic(from, to, width + joined * width, part == 2 || part == 4 ? 2 : 1);
    }
    output(gates + 3 * apart, tanhC, h, hCopy, width);
  }

  /** m sigmoid(m x) + 1 - m: sigmoid for m = 1, tanh for m = 2. */
  private static void logistic(long from, long to, long bytes, float m) {
    FloatVector scale = VectorMath.logisticScale(m);
    FloatVector numerator = VectorMath.broadcast(m);
    FloatVector offset = VectorMath.broadcast(1 - m);
    long j = 0;
    for (; j <= bytes - BYTES; j += BYTES) {
      store(VectorMath.logistic(load(from + j), scale, numerator, offset), to + j);
    }
    for (; j < bytes; j += 4) {
      Floats.set(to + j, ScalarMath.logistic(Floats.get(from + j), m));
    }
  }

  private static void cell(long gates, long cPrevious, long c, long width, long apart) {
    long j = 0;
    for (; j <= width - BYTES; j += BYTES) {
      FloatVector input = load(gates + j).mul(load(gates + 2 * apart + j));
      store(load(gates + apart + j).fma(load(cPrevious + j), input), c + j);
    }
    PlainGates.cell(gates, cPrevious, c, j, width, apart);
  }

  private static void output(long gate, long tanhC, long h, long hCopy, long width) {
    long j = 0;
    for (; j <= width - BYTES; j += BYTES) {
      FloatVector output = load(gate + j).mul(load(tanhC + j));
      store(output, h + j);
      store(output, hCopy + j);
    }
    PlainGates.output(gate, tanhC, h, hCopy, j, width);
  }

  /**
   * One loop over the row that {@link #backwardRow} is given: {@code width} bytes of each gate,
   * which are {@code apart} bytes apart.
   */
  private interface BackwardLoop {
    void run(
        long gates,
        long cPrevious,
        long tanhC,
        long dhAbove,
        long dhNext,
        long dc,
        long width,
        long apart);
  }

  // The loops together are more than the compiler inlines into one method. It leaves a call site
  // with three kinds of receivers alone, so each loop is compiled by itself.
  private static final BackwardLoop[] BACKWARD = {
    VectorGates::outputGradients, VectorGates::cellGradients, VectorGates::lastGradients
  };

  static void backwardRow(
      long gates,
      long cPrevious,
      long tanhC,
      long dhAbove,
      long dhNext,
      long dc,
      int units,
      int gateWidth) {
    for (BackwardLoop loop : BACKWARD) {
      loop.run(gates, cPrevious, tanhC, dhAbove, dhNext, dc, 4L * units, 4L * gateWidth);
    }
  }

  // dc becomes the whole gradient of the cell.
  private static void outputGradients(
      long gates,
      long cPrevious,
      long tanhC,
      long dhAbove,
      long dhNext,
      long dc,
      long width,
      long apart) {
    long gate = gates + 3 * apart;
    for (long j = 0; j <= width - BYTES; j += BYTES) {
      FloatVector o = load(gate + j);
      FloatVector squashed = load(tanhC + j);
      FloatVector through = load(dhAbove + j).add(load(dhNext + j)).mul(o);
      FloatVector dOutput = squashed.mul(through);
      store(through.sub(squashed.mul(dOutput)).add(load(dc + j)), dc + j);
      store(dOutput.sub(dOutput.mul(o)), gate + j);
    }
  }

  // dc becomes the gradient of the cell one step earlier.
  private static void cellGradients(
      long gates,
      long cPrevious,
      long tanhC,
      long dhAbove,
      long dhNext,
      long dc,
      long width,
      long apart) {
    for (long j = 0; j <= width - BYTES; j += BYTES) {
      long gate = gates + j;
      FloatVector dCell = load(dc + j);
      FloatVector i = load(gate);
      FloatVector f = load(gate + apart);
      FloatVector g = load(gate + 2 * apart);
      FloatVector dInput = dCell.mul(g).mul(i);
      store(dInput.sub(dInput.mul(i)), gate);
      FloatVector dPrevious = dCell.mul(f);
      store(dPrevious, dc + j);
      FloatVector dForget = dPrevious.mul(load(cPrevious + j));
      store(dForget.sub(dForget.mul(f)), gate + apart);
      FloatVector dCandidate = dCell.mul(i);
      store(dCandidate.sub(dCandidate.mul(g).mul(g)), gate + 2 * apart);
    }
  }

  // What does not fill a vector.
  private static void lastGradients(
      long gates,
      long cPrevious,
      long tanhC,
      long dhAbove,
      long dhNext,
      long dc,
      long width,
      long apart) {
    long from = width - width % BYTES;
    PlainGates.backward(gates, cPrevious, tanhC, dhAbove, dhNext, dc, from, width, apart);
  }
}
