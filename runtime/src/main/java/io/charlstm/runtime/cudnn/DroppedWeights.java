package io.charlstm.runtime.cudnn;

import io.charlstm.runtime.cudnn.DeviceBuffers.Block;

/**
 * Place for the weights that a training window reads where weights are dropped, and for their
 * gradients; both are laid out as the LSTM's weight spaces are. With 16-bit activations the network
 * has a block for the gradients of one window already.
 *
 * @param weights of the type of the activations
 * @param gradients float32
 */
record DroppedWeights(Block weights, Block gradients) {

  /** Announces the blocks, of no bytes where nothing is dropped. */
  static DroppedWeights of(WindowShape shape, CudnnWeightLayout layout, DeviceBuffers device) {
    long elements = shape.dropsWeights() ? layout.lstmElements() : 0;
    boolean half = shape.precision().isHalf();
    return new DroppedWeights(
        device.add("dropped weights", elements, shape.precision().bytes()),
        device.add("gradients of dropped weights", half ? 0 : elements, 4));
  }
}
