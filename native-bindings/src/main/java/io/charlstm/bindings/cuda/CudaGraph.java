package io.charlstm.bindings.cuda;

import io.charlstm.bindings.gen.cudart.CudaRuntimeApi;
import io.charlstm.bindings.ownership.Construction;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Recorded work, ready to launch as one. Its addresses and scalar arguments are those of the
 * recording; everything it uses must stay open as long as it is launched.
 */
public final class CudaGraph extends CudaHandle {
  private CudaGraph(long executable) {
    super("CUDA graph", executable);
  }

  /** Makes a recorded graph launchable; the recording itself is freed in any case. */
  static CudaGraph instantiate(long recorded) {
    MemorySegment graph = MemorySegment.ofAddress(recorded);
    try (Construction parts = new Construction()) {
      CudaGraph made;
      try (Recording _ = new Recording(graph)) {
        made =
            parts.own(
                new CudaGraph(
                    create(
                        CudaStatus::check,
                        "cudaGraphInstantiate",
                        out -> CudaRuntimeApi.cudaGraphInstantiate(out, graph, 0))));
      }
      parts.complete();
      return made;
    }
  }

  /** What a capture gave. */
  private record Recording(MemorySegment graph) implements AutoCloseable {
    @Override
    public void close() {
      CudaStatus.check("cudaGraphDestroy", CudaRuntimeApi.cudaGraphDestroy(graph));
    }
  }

  /** Ends a stream's capture, whatever its state, and frees what was recorded. */
  static void abandon(MemorySegment stream) {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment status = scratch.allocate(ValueLayout.JAVA_INT);
      CudaStatus.check(
          "cudaStreamIsCapturing", CudaRuntimeApi.cudaStreamIsCapturing(stream, status));
      if (status.get(ValueLayout.JAVA_INT, 0) == CudaRuntimeApi.cudaStreamCaptureStatusNone()) {
        return;
      }
      MemorySegment graph = scratch.allocate(ValueLayout.ADDRESS);
      // An invalidated capture ends with an error status; that is what is being cleaned up here.
      int _ = CudaRuntimeApi.cudaStreamEndCapture(stream, graph);
      int _ = CudaRuntimeApi.cudaGetLastError();
      MemorySegment recorded = graph.get(ValueLayout.ADDRESS, 0);
      if (recorded.address() != 0) {
        new Recording(recorded).close();
      }
    }
  }

  /** Queues the recorded work on a stream. */
  public void launch(CudaStream stream) {
    CudaStatus.check("cudaGraphLaunch", RuntimeCalls.graphLaunch(pointer(), stream.pointer()));
  }

  @Override
  void destroy(long object) {
    CudaStatus.check(
        "cudaGraphExecDestroy",
        CudaRuntimeApi.cudaGraphExecDestroy(MemorySegment.ofAddress(object)));
  }
}
