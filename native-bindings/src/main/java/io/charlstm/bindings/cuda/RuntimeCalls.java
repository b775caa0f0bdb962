package io.charlstm.bindings.cuda;

import io.charlstm.bindings.gen.cudart.CudaRuntimeApi;
import io.charlstm.bindings.gen.cudriver.CudaDriverApi;
import io.charlstm.bindings.libc.Downcalls;
import java.lang.invoke.MethodHandle;

/** The calls of the CUDA runtime and driver that a step makes; they allocate nothing. */
final class RuntimeCalls {
  private static final MethodHandle MEMCPY =
      AddressCalls.of(CudaRuntimeApi.cudaMemcpyAsync$address(), "PPPIP");
  private static final MethodHandle MEMSET =
      AddressCalls.of(CudaRuntimeApi.cudaMemsetAsync$address(), "PIPP");
  private static final MethodHandle STREAM_SYNCHRONIZE =
      AddressCalls.of(CudaRuntimeApi.cudaStreamSynchronize$address(), "P");
  private static final MethodHandle STREAM_QUERY =
      AddressCalls.of(CudaRuntimeApi.cudaStreamQuery$address(), "P");
  private static final MethodHandle STREAM_WAIT_EVENT =
      AddressCalls.of(CudaRuntimeApi.cudaStreamWaitEvent$address(), "PPI");
  private static final MethodHandle EVENT_RECORD =
      AddressCalls.of(CudaRuntimeApi.cudaEventRecord$address(), "PP");
  private static final MethodHandle EVENT_SYNCHRONIZE =
      AddressCalls.of(CudaRuntimeApi.cudaEventSynchronize$address(), "P");
  private static final MethodHandle EVENT_QUERY =
      AddressCalls.of(CudaRuntimeApi.cudaEventQuery$address(), "P");
  private static final MethodHandle GRAPH_LAUNCH =
      AddressCalls.of(CudaRuntimeApi.cudaGraphLaunch$address(), "PP");
  private static final MethodHandle LAUNCH_KERNEL =
      AddressCalls.of(CudaDriverApi.cuLaunchKernel$address(), "PIIIIIIIPPP");

  private RuntimeCalls() {}

  static int memcpy(long to, long from, long bytes, int kind, long stream) {
    try {
      return (int) MEMCPY.invokeExact(to, from, bytes, kind, stream);
    } catch (Throwable thrown) {
      throw Downcalls.unexpected(thrown);
    }
  }

  static int memset(long device, int value, long bytes, long stream) {
    try {
      return (int) MEMSET.invokeExact(device, value, bytes, stream);
    } catch (Throwable thrown) {
      throw Downcalls.unexpected(thrown);
    }
  }

  static int streamSynchronize(long stream) {
    try {
      return (int) STREAM_SYNCHRONIZE.invokeExact(stream);
    } catch (Throwable thrown) {
      throw Downcalls.unexpected(thrown);
    }
  }

  static int streamQuery(long stream) {
    try {
      return (int) STREAM_QUERY.invokeExact(stream);
    } catch (Throwable thrown) {
      throw Downcalls.unexpected(thrown);
    }
  }

  static int streamWaitEvent(long stream, long event) {
    try {
      return (int) STREAM_WAIT_EVENT.invokeExact(stream, event, 0);
    } catch (Throwable thrown) {
      throw Downcalls.unexpected(thrown);
    }
  }

  static int eventRecord(long event, long stream) {
    try {
      return (int) EVENT_RECORD.invokeExact(event, stream);
    } catch (Throwable thrown) {
      throw Downcalls.unexpected(thrown);
    }
  }

  static int eventSynchronize(long event) {
    try {
      return (int) EVENT_SYNCHRONIZE.invokeExact(event);
    } catch (Throwable thrown) {
      throw Downcalls.unexpected(thrown);
    }
  }

  static int eventQuery(long event) {
    try {
      return (int) EVENT_QUERY.invokeExact(event);
    } catch (Throwable thrown) {
      throw Downcalls.unexpected(thrown);
    }
  }

  static int graphLaunch(long graph, long stream) {
    try {
      return (int) GRAPH_LAUNCH.invokeExact(graph, stream);
    } catch (Throwable thrown) {
      throw Downcalls.unexpected(thrown);
    }
  }

  /** {@code cuLaunchKernel} without dynamic shared memory, one-dimensional blocks. */
  static int launchKernel(
      long function, int gridX, int gridY, int blockX, long stream, long parameters) {
    try {
      return (int)
          LAUNCH_KERNEL.invokeExact(
              function, gridX, gridY, 1, blockX, 1, 1, 0, stream, parameters, 0L);
    } catch (Throwable thrown) {
      throw Downcalls.unexpected(thrown);
    }
  }
}
