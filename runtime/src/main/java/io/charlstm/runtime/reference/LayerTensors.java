package io.charlstm.runtime.reference;

/** A layer's four tensors in a block: its parameters, or their gradients. */
final class LayerTensors {
  final double[] weightInput;
  final double[] weightHidden;
  final double[] biasInput;
  final double[] biasHidden;

  LayerTensors(ReferenceParameterBlock block, int layer) {
    this(block, layer, block.tensor("lstm.weight_hh_l" + layer));
  }

  /** The block's tensors, but another one in the place of {@code weight_hh}. */
  LayerTensors(ReferenceParameterBlock block, int layer, double[] weightHidden) {
    weightInput = block.tensor("lstm.weight_ih_l" + layer);
    this.weightHidden = weightHidden;
    biasInput = block.tensor("lstm.bias_ih_l" + layer);
    biasHidden = block.tensor("lstm.bias_hh_l" + layer);
  }
}
