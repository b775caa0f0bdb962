package io.charlstm.runtime.onednn.decode;

/**
 * What all workers of a decoder share.
 *
 * @param streams S
 * @param hiddens empty when S is 1
 */
record DecoderState(
    DecoderShape shape,
    DecoderKernels kernels,
    PackedWeights weights,
    StreamStates states,
    int streams,
    HiddenTiles hiddens) {

  /** Bytes of a panel row of biases or of a table. */
  long panelBytes() {
    return 4L * shape.panel();
  }
}
