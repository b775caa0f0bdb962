/**
 * Backends and the arithmetic of a multi-layer LSTM language model.
 *
 * <p>Shape legend: B batch size (parallel streams), T sequence length (truncated BPTT window), V
 * vocabulary size, E embedding size, H hidden size, L number of layers. Everything is time-major:
 * tokens (T,B), h and c (L,B,H), logits (T*B,V). The gate order is i, f, g, o.
 */
package io.charlstm.runtime;
