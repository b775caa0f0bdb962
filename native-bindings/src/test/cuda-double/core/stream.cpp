// Streams and their order.
#include <algorithm>

#include "stream_state.h"

namespace dbl {

StreamTable& table() {
  static StreamTable* instance = new StreamTable;
  return *instance;
}

Stream* find_stream(cudaStream_t handle) {
  if (handle == nullptr || handle == reinterpret_cast<cudaStream_t>(1)) {
    return &table().legacy;
  }
  auto it = table().streams.find(handle);
  return it == table().streams.end() ? nullptr : it->second.get();
}

bool is_stream(cudaStream_t stream) {
  Guard guard(lock());
  return find_stream(stream) != nullptr;
}

std::vector<OpPtr> stream_waits(Stream* stream) {
  std::vector<OpPtr> waits{stream->tail};
  if (stream == &table().legacy) {
    for (auto& [handle, other] : table().streams) {
      if (other->blocking) {
        waits.push_back(other->tail);
      }
    }
  } else if (stream->blocking) {
    waits.push_back(table().legacy.tail);
  }
  return waits;
}

OpPtr submit_task(Task task, const std::vector<OpPtr>& waits_for) {
  Work work = task.arm ? task.arm() : std::move(task.work);
  OpPtr op =
      submit(std::move(task.ranges), std::move(work), std::move(task.description), waits_for);
  op->host_ranges = std::move(task.host_ranges);
  return op;
}

cudaError_t enqueue(cudaStream_t handle, Task task) {
  Guard guard(lock());
  if (sticky_error() != 0) {
    return sticky_error();
  }
  Stream* stream = find_stream(handle);
  if (stream == nullptr) {
    violation(task.description + ": no such stream");
    return cudaErrorInvalidResourceHandle;
  }
  if (cudaError_t status = check_implicit(stream)) {
    return status;
  }
  ranges_valid(task.ranges, task.description + " (when called)");
  if (stream->capture != nullptr) {
    return capture_task(stream, std::move(task));
  }
  stream->tail = submit_task(std::move(task), stream_waits(stream));
  maybe_run_early();
  return cudaSuccess;
}

cudaError_t enqueue(cudaStream_t stream, std::vector<Range> ranges, Work work,
                    std::string description) {
  return enqueue(stream,
                 Task{std::move(ranges), std::move(work), std::move(description), {}, {}});
}

cudaError_t stream_create(cudaStream_t* handle, bool blocking) {
  Guard guard(lock());
  auto stream = std::make_unique<Stream>();
  stream->blocking = blocking;
  *handle = reinterpret_cast<cudaStream_t>(stream.get());
  table().streams[*handle] = std::move(stream);
  return cudaSuccess;
}

cudaError_t stream_destroy(cudaStream_t handle) {
  Guard guard(lock());
  auto it = table().streams.find(handle);
  if (it == table().streams.end()) {
    violation(format("destroyed stream %p is no live stream", static_cast<void*>(handle)));
    return cudaErrorInvalidResourceHandle;
  }
  if (CapturePtr capture = it->second->capture) {
    violation("a stream was destroyed while being captured");
    invalidate(capture, cudaErrorStreamCaptureInvalidated);
    capture->members.erase(it->second.get());
  }
  table().streams.erase(it);
  return cudaSuccess;
}

cudaError_t stream_synchronize(cudaStream_t handle) {
  Guard guard(lock());
  Stream* stream = find_stream(handle);
  if (stream == nullptr) {
    violation("synchronisation with no live stream");
    return cudaErrorInvalidResourceHandle;
  }
  if (stream->capture != nullptr) {
    return invalidate(stream->capture, cudaErrorStreamCaptureUnsupported);
  }
  if (cudaError_t status = check_implicit(stream)) {
    return status;
  }
  for (const OpPtr& op : stream_waits(stream)) {
    run_until(op);
  }
  return sticky_error();
}

cudaError_t stream_query(cudaStream_t handle) {
  Guard guard(lock());
  Stream* stream = find_stream(handle);
  if (stream == nullptr) {
    return cudaErrorInvalidResourceHandle;
  }
  if (stream->capture != nullptr) {
    return invalidate(stream->capture, cudaErrorStreamCaptureUnsupported);
  }
  bool done = stream->tail == nullptr || stream->tail->done;
  if (done) {
    host_waited_for(stream->tail);
  } else {
    run_some();
  }
  return sticky_error() != 0 ? sticky_error() : done ? cudaSuccess : cudaErrorNotReady;
}

cudaError_t device_synchronize() {
  Guard guard(lock());
  cudaError_t status = cudaSuccess;
  for (const CapturePtr& capture : captures()) {
    status = invalidate(capture, cudaErrorStreamCaptureUnsupported);
  }
  if (status != cudaSuccess) {
    return status;
  }
  drain_all();
  return sticky_error();
}

void reset_streams() {
  table().streams.clear();
  table().events.clear();
  table().legacy = Stream();
}

void report_streams(std::string& out) {
  for (auto& [handle, stream] : table().streams) {
    out += format("stream at %p\n", static_cast<void*>(handle));
  }
  for (auto& [handle, event] : table().events) {
    out += format("event at %p\n", static_cast<void*>(handle));
  }
}

}  // namespace dbl
