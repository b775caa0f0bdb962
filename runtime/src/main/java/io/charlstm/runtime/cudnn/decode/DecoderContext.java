package io.charlstm.runtime.cudnn.decode;

import io.charlstm.bindings.cuda.BlasLtHandle;
import io.charlstm.bindings.cuda.CudaDevice;
import io.charlstm.bindings.cuda.CudaStream;
import io.charlstm.bindings.cuda.Kernel;
import io.charlstm.runtime.cudnn.CudnnWeightLayout;
import io.charlstm.runtime.cudnn.DeviceThread;
import java.util.function.Function;

/**
 * What a decoder takes from its network and backend, none of which it owns.
 *
 * @param thread makes all CUDA calls
 * @param device where the thread works
 * @param kernels finds the compiled kernels by name
 * @param layout of the parameters
 * @param parameters address of the float32 parameter block
 * @param writer the stream that writes the parameters
 * @param blas multiplies matrices
 * @param tensorCores whether it may take TF32 for that
 * @param graph whether several steps are replayed as one CUDA graph
 */
public record DecoderContext(
    DeviceThread thread,
    CudaDevice device,
    Function<String, Kernel> kernels,
    CudnnWeightLayout layout,
    long parameters,
    CudaStream writer,
    BlasLtHandle blas,
    boolean tensorCores,
    boolean graph) {

  /** Address of one gate's matrix or bias of a tensor, gates 0 to 3 being i, f, g, o. */
  long gate(String tensor, int gate) {
    return address(layout.placement(tensor).pieces().get(gate).offset());
  }

  /** Address of an element of the parameter block. */
  long address(long offset) {
    return parameters + offset * Float.BYTES;
  }
}
