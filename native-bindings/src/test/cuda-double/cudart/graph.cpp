// Stream capture and graphs.
#include "runtime.h"
#include "streams.h"

DBL_EXPORT cudaError_t cudaStreamBeginCapture(cudaStream_t stream, int mode) {
  RT_ENTRY("cudaStreamBeginCapture");
  if (mode < cudaStreamCaptureModeGlobal || mode > cudaStreamCaptureModeRelaxed) {
    return rt::remember(cudaErrorInvalidValue);
  }
  return rt::remember(dbl::capture_begin(stream, static_cast<cudaStreamCaptureMode>(mode)));
}

// A capture ends even when a test makes this call fail, as a real failure ends it.
DBL_EXPORT cudaError_t cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph) {
  DBL_RELEASE_ENTRY("cudaStreamEndCapture");
  cudaError_t status = dbl::capture_end(stream, graph);
  if (dbl_entry.injected() != 0 && *graph != nullptr) {
    dbl::graph_destroy(*graph);
    *graph = nullptr;
  }
  return rt::remember(dbl_entry.result(status));
}

DBL_EXPORT cudaError_t cudaStreamIsCapturing(cudaStream_t stream, int* status) {
  RT_ENTRY("cudaStreamIsCapturing");
  cudaStreamCaptureStatus found = cudaStreamCaptureStatusNone;
  cudaError_t result = dbl::capture_status(stream, &found);
  *status = found;
  return rt::remember(result);
}

DBL_EXPORT cudaError_t cudaGraphGetNodes(cudaGraph_t graph, void** nodes, size_t* count) {
  RT_ENTRY("cudaGraphGetNodes");
  if (nodes != nullptr) {
    return rt::remember(cudaErrorNotSupported);  // the nodes themselves have no handles here
  }
  return rt::remember(dbl::graph_node_count(graph, count));
}

DBL_EXPORT cudaError_t cudaGraphInstantiate(cudaGraphExec_t* exec, cudaGraph_t graph,
                                            unsigned long long flags) {
  RT_ENTRY("cudaGraphInstantiate");
  (void)flags;
  return rt::remember(dbl::graph_instantiate(exec, graph));
}

DBL_EXPORT cudaError_t cudaGraphUpload(cudaGraphExec_t exec, cudaStream_t stream) {
  RT_ENTRY("cudaGraphUpload");
  (void)exec;
  return rt::remember(dbl::is_stream(stream) ? cudaSuccess : cudaErrorInvalidResourceHandle);
}

DBL_EXPORT cudaError_t cudaGraphLaunch(cudaGraphExec_t exec, cudaStream_t stream) {
  RT_ENTRY("cudaGraphLaunch");
  return rt::remember(dbl::graph_launch(exec, stream));
}

DBL_EXPORT cudaError_t cudaGraphDestroy(cudaGraph_t graph) {
  DBL_RELEASE_ENTRY("cudaGraphDestroy");
  cudaError_t status = dbl::graph_destroy(graph);
  return rt::remember(dbl_entry.result(status != 0 ? status : dbl::sticky_error()));
}

DBL_EXPORT cudaError_t cudaGraphExecDestroy(cudaGraphExec_t exec) {
  DBL_RELEASE_ENTRY("cudaGraphExecDestroy");
  cudaError_t status = dbl::graph_exec_destroy(exec);
  return rt::remember(dbl_entry.result(status != 0 ? status : dbl::sticky_error()));
}
