/**
 * The GPU backend: cuDNN for the LSTM, cuBLASLt for the output projection, and CUDA kernels of our
 * own for everything between.
 *
 * <p>All CUDA calls of a backend are made on one thread ({@link
 * io.charlstm.runtime.cudnn.DeviceThread}) and, decoders aside, go to one stream, so that a launch
 * sees the results of those before it. Nothing on the way from tokens to updated parameters waits
 * for the host.
 */
package io.charlstm.runtime.cudnn;
