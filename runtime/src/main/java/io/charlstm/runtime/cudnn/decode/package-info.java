/**
 * Generates text on a GPU: weights packed for kernels of our own, state and random numbers on the
 * device, several steps in one graph, and tokens that reach the host while the device goes on.
 */
package io.charlstm.runtime.cudnn.decode;
