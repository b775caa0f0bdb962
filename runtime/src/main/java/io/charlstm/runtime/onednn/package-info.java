/**
 * The CPU backend: oneDNN's matrix products and kernels of our own, float32; training products in
 * bfloat16 where asked for.
 *
 * <p>The batch is split over threads; each thread takes its sequences through all layers, forward
 * and backward, without meeting the others. Only the weight gradients, which sum over the batch,
 * are split by columns instead. Inside oneDNN there is no further threading.
 */
package io.charlstm.runtime.onednn;
