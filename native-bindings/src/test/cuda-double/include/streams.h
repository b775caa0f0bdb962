// Streams, events, captures and graphs: what the runtime's and the driver's functions are made of.
#pragma once

#include "core.h"

#pragma GCC visibility push(default)

namespace dbl {

// One piece of queued work. `arm`, when set, is called each time the task is handed to a stream
// (at the call, or at each launch of its graph) and gives the work to queue.
struct Task {
  std::vector<Range> ranges;
  Work work;
  std::string description;
  std::function<Work()> arm;
  std::vector<Range> host_ranges;  // of page-locked memory
};

// FNV-1a of some bytes.
uint64_t fingerprint(const void* address, size_t bytes);
// Called inside a copy that has read a page-locked source: until the host has waited for the copy,
// the source must keep this fingerprint.
void source_was_read(const void* address, size_t bytes, uint64_t fingerprint);

cudaError_t enqueue(cudaStream_t stream, Task task);

cudaError_t stream_create(cudaStream_t* stream, bool blocking);
cudaError_t stream_destroy(cudaStream_t stream);
cudaError_t stream_synchronize(cudaStream_t stream);
cudaError_t stream_query(cudaStream_t stream);
cudaError_t stream_wait(cudaStream_t stream, cudaEvent_t event);
cudaError_t device_synchronize();

cudaError_t event_create(cudaEvent_t* event, bool timing);
cudaError_t event_destroy(cudaEvent_t event);
cudaError_t event_record(cudaEvent_t event, cudaStream_t stream);
cudaError_t event_synchronize(cudaEvent_t event);
cudaError_t event_query(cudaEvent_t event);
cudaError_t event_elapsed(float* milliseconds, cudaEvent_t start, cudaEvent_t end);

cudaError_t capture_begin(cudaStream_t stream, cudaStreamCaptureMode mode);
cudaError_t capture_end(cudaStream_t stream, cudaGraph_t* graph);
cudaError_t capture_status(cudaStream_t stream, cudaStreamCaptureStatus* status);

cudaError_t graph_node_count(cudaGraph_t graph, size_t* count);
cudaError_t graph_instantiate(cudaGraphExec_t* exec, cudaGraph_t graph);
cudaError_t graph_launch(cudaGraphExec_t exec, cudaStream_t stream);
cudaError_t graph_destroy(cudaGraph_t graph);
cudaError_t graph_exec_destroy(cudaGraphExec_t exec);

}  // namespace dbl

#pragma GCC visibility pop
