package io.charlstm.runtime.cudnn;

import io.charlstm.runtime.cudnn.DeviceBuffers.Block;

/**
 * States between the pieces of a window: h and c of each layer after each piece but the last, and
 * their gradients, of which two take turns.
 */
final class PieceStates {
  private static final int GRADIENTS = 2;

  private final int boundaries;
  private final long stateBytes;
  private final Block h;
  private final Block c;
  private final Block dh;
  private final Block dc;

  /** Announces its memory, enough for windows of fewer steps too. */
  PieceStates(WindowShape shape, DeviceBuffers device) {
    boundaries = shape.pieces(shape.sequenceLength()).count() - 1;
    int element = shape.precision().bytes();
    stateBytes = (long) shape.batchSize() * shape.hidden() * element;
    long states = (long) shape.parts() * boundaries;
    long gradients = shape.training() && boundaries > 0 ? GRADIENTS * shape.parts() : 0;
    h = device.add("h between pieces", states, stateBytes);
    c = device.add("c between pieces", states, stateBytes);
    dh = device.add("gradients of h between pieces", gradients, stateBytes);
    dc = device.add("gradients of c between pieces", gradients, stateBytes);
  }

  /** h (B,H) of a part behind a piece. */
  long h(int part, int piece) {
    return h.address() + state(part, piece);
  }

  /** c (B,H) of a part behind a piece. */
  long c(int part, int piece) {
    return c.address() + state(part, piece);
  }

  private long state(int part, int piece) {
    return ((long) part * boundaries + piece) * stateBytes;
  }

  /** Gradient of {@link #h}, until that of the piece before the one before is written. */
  long dh(int part, int piece) {
    return dh.address() + gradient(part, piece);
  }

  /** Gradient of {@link #c}, as long as {@link #dh}. */
  long dc(int part, int piece) {
    return dc.address() + gradient(part, piece);
  }

  private long gradient(int part, int piece) {
    return ((long) GRADIENTS * part + piece % GRADIENTS) * stateBytes;
  }
}
