/**
 * Training: configuration, the loop of stateful truncated backpropagation through time, evaluation,
 * and the files a run leaves.
 *
 * <p>Shape legend as in {@link io.charlstm.runtime}: B batch size, T sequence length, V vocabulary
 * size, E embedding size, H hidden size, L number of layers. A window is one (T,B) block of tokens;
 * a step is one optimizer update, made of {@code gradient_accumulation} windows.
 */
package io.charlstm.trainer;
