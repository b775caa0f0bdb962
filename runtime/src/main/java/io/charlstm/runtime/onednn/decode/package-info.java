/**
 * Streaming generation on the CPU: a decoder with its own copy of the weights, packed so that every
 * thread reads its part once and in order for each token.
 *
 * <p>Legend besides the usual one: a <em>lane</em> is a float of a vector, a <em>group</em> is as
 * many hidden units as a vector has lanes, a <em>panel</em> is the four gates of a group (or four
 * vectors of logits): the unit of work of a kernel. Weights of panels are float32 or of fewer bits
 * ({@link io.charlstm.runtime.onednn.decode.WeightFormat}), which become floats in registers. Every
 * element is accumulated with fused multiply-adds in the order of k, so no result depends on
 * streams, threads or tiles.
 */
package io.charlstm.runtime.onednn.decode;
