package io.charlstm.runtime.cudnn;

import io.charlstm.runtime.cudnn.DeviceBuffers.Block;

/**
 * Everything of a plan that lies on the device. With a descriptor for each layer every layer's h is
 * kept, as its backward pass reads it again, and beside it the masked copy that the layer above
 * reads; without training two take turns.
 */
final class PlanBuffers {
  private final WindowShape shape;
  private final Block inputs;
  private final Block targets;
  private final Block x;
  private final Block[] outputs;
  private final Block[] masked;
  private final Block hx;
  private final Block cx;
  private final Block hy;
  private final Block cy;
  private final Block logits;
  private final Block tokenLosses;
  private final Block logitGradients;
  private final Block[] outputGradients;
  private final Block dx;
  private final PieceStates pieceStates;

  PlanBuffers(WindowShape shape, DeviceBuffers device) {
    this.shape = shape;
    long rows = shape.rows();
    long element = shape.precision().bytes();
    int hidden = shape.hidden();
    boolean training = shape.training();
    int parts = shape.parts();
    inputs = device.add("input tokens", rows, 4);
    targets = device.add("targets", rows, 4);
    x = device.add("embedded input", rows * shape.config().inputSize(0), element);
    outputs = new Block[training ? parts : Math.min(parts, 2)];
    for (int i = 0; i < outputs.length; i++) {
      outputs[i] = device.add("output of layers", rows * hidden, element);
    }
    masked = new Block[parts];
    for (int i = 0; i < parts; i++) {
      boolean needed = i < parts - 1 ? training : shape.masksOutput();
      masked[i] = device.add("masked output of layers", needed ? rows * hidden : 0, element);
    }
    hx = device.add("h", shape.stateElements(), element);
    cx = device.add("c", shape.stateElements(), element);
    hy = device.add("next h", shape.stateElements(), element);
    cy = device.add("next c", shape.stateElements(), element);
    long scores = Math.multiplyExact(rows, OutputProjection.stride(shape.vocabulary()));
    logits = device.add("logits", scores, 4);
    tokenLosses = device.add("token losses", rows, 4);
    // In float32 the gradients take the logits' place.
    boolean apart = training && shape.precision().isHalf();
    logitGradients = apart ? device.add("logit gradients", scores, element) : logits;
    outputGradients = new Block[training ? Math.min(parts, 2) : 0];
    for (int i = 0; i < outputGradients.length; i++) {
      outputGradients[i] = device.add("gradient of h", rows * hidden, element);
    }
    dx = device.add("gradient of x", training ? rows * shape.config().inputSize(0) : 0, element);
    pieceStates = new PieceStates(shape, device);
  }

  /** int32 (T,B). */
  long inputs() {
    return inputs.address();
  }

  /** int32 (T,B). */
  long targets() {
    return targets.address();
  }

  /** (T,B,E), or (T,B,V) when one-hot. */
  long x() {
    return x.address();
  }

  /** What a part reads. In the windows of a training plan that only scores it is the same. */
  long layerInput(int part) {
    if (part == 0) {
      return x.address();
    }
    return shape.training() ? masked[part - 1].address() : layerOutput(part - 1);
  }

  /** h of the part's last layer (T,B,H). */
  long layerOutput(int part) {
    return outputs[part % outputs.length].address();
  }

  /** h of the last layer. */
  long lastOutput() {
    return layerOutput(shape.parts() - 1);
  }

  /** Copy of the part's output with its mask (T,B,H); 0 if there is none. */
  long maskedOutput(int part) {
    return masked[part].address();
  }

  /** Gradient of a part's output (T,B,H). */
  long outputGradient(int part) {
    return outputGradients.length == 0
        ? 0
        : outputGradients[part % outputGradients.length].address();
  }

  /** Gradient of what a part reads: of x, or of the output of the part below. */
  long inputGradient(int part) {
    return part == 0 ? dx.address() : outputGradient(part - 1);
  }

  /** Bytes from h of layer 0 to h of {@code layer}. */
  long stateOffset(int layer) {
    return (long) layer * shape.batchSize() * shape.hidden() * shape.precision().bytes();
  }

  long hx() {
    return hx.address();
  }

  long cx() {
    return cx.address();
  }

  long hy() {
    return hy.address();
  }

  long cy() {
    return cy.address();
  }

  PieceStates pieceStates() {
    return pieceStates;
  }

  /** Bytes of h, and of c. */
  long stateBytes() {
    return hx.bytes();
  }

  /** float32 (T*B,V), rows {@link OutputProjection#stride} elements apart. */
  long logits() {
    return logits.address();
  }

  /** float32 (T*B). */
  long tokenLosses() {
    return tokenLosses.address();
  }

  /** Like the logits, of the precision's type. */
  long logitGradients() {
    return logitGradients.address();
  }
}
