// Capture of streams into graphs, and what is forbidden meanwhile.
#include "stream_state.h"

namespace dbl {
namespace {

// Whether the call is among those that this capture's mode forbids to this thread.
bool forbids_unsafe_calls(const Capture& capture) {
  switch (capture.mode) {
    case cudaStreamCaptureModeGlobal:
      return true;
    case cudaStreamCaptureModeThreadLocal:
      return capture.thread == std::this_thread::get_id();
    default:
      return false;
  }
}

void leave_capture(const CapturePtr& capture) {
  for (Stream* member : capture->members) {
    member->capture = nullptr;
    member->capture_tail.clear();
  }
}

// Whether every node comes before the end of the origin stream.
bool all_joined(const Capture& capture) {
  std::vector<bool> joined(capture.graph.nodes.size(), false);
  for (size_t node : capture.origin->capture_tail) {
    joined[node] = true;
  }
  for (size_t i = joined.size(); i-- > 0;) {
    for (size_t earlier : capture.graph.nodes[i].waits_for) {
      joined[earlier] = joined[earlier] || joined[i];
    }
  }
  for (bool node : joined) {
    if (!node) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::set<CapturePtr> captures() {
  std::set<CapturePtr> found;
  for (auto& [handle, stream] : table().streams) {
    if (stream->capture != nullptr) {
      found.insert(stream->capture);
    }
  }
  return found;
}

cudaError_t invalidate(const CapturePtr& capture, cudaError_t status) {
  bool before = capture->invalidated;
  capture->invalidated = true;
  return before ? cudaErrorStreamCaptureInvalidated : status;
}

bool is_capturing(cudaStream_t handle) {
  Guard guard(lock());
  Stream* stream = find_stream(handle);
  return stream != nullptr && stream->capture != nullptr;
}

cudaError_t forbid_in_capture(cudaStream_t handle, const char* who) {
  Guard guard(lock());
  (void)who;
  Stream* stream = handle == nullptr ? nullptr : find_stream(handle);
  if (stream != nullptr && stream->capture != nullptr) {
    return invalidate(stream->capture, cudaErrorStreamCaptureUnsupported);
  }
  cudaError_t status = cudaSuccess;
  for (const CapturePtr& capture : captures()) {
    if (forbids_unsafe_calls(*capture)) {
      status = invalidate(capture, cudaErrorStreamCaptureUnsupported);
    }
  }
  return status;
}

cudaError_t check_implicit(Stream* stream) {
  if (stream != &table().legacy) {
    return cudaSuccess;
  }
  cudaError_t status = cudaSuccess;
  for (const CapturePtr& capture : captures()) {
    if (capture->origin->blocking) {
      status = invalidate(capture, cudaErrorStreamCaptureImplicit);
    }
  }
  return status;
}

cudaError_t capture_task(Stream* stream, Task task) {
  Capture& capture = *stream->capture;
  if (capture.invalidated) {
    return cudaErrorStreamCaptureInvalidated;
  }
  std::vector<size_t> waits(stream->capture_tail.begin(), stream->capture_tail.end());
  capture.graph.nodes.push_back({std::move(task), std::move(waits)});
  stream->capture_tail = {capture.graph.nodes.size() - 1};
  return cudaSuccess;
}

cudaError_t capture_begin(cudaStream_t handle, cudaStreamCaptureMode mode) {
  Guard guard(lock());
  Stream* stream = find_stream(handle);
  if (stream == nullptr) {
    return cudaErrorInvalidResourceHandle;
  }
  if (stream == &table().legacy) {
    return cudaErrorStreamCaptureUnsupported;
  }
  if (stream->capture != nullptr) {
    return cudaErrorIllegalState;
  }
  auto capture = std::make_shared<Capture>();
  capture->mode = mode;
  capture->origin = stream;
  capture->thread = std::this_thread::get_id();
  capture->members.insert(stream);
  stream->capture = capture;
  stream->capture_tail.clear();
  return cudaSuccess;
}

cudaError_t capture_end(cudaStream_t handle, cudaGraph_t* graph) {
  Guard guard(lock());
  *graph = nullptr;
  Stream* stream = find_stream(handle);
  if (stream == nullptr) {
    return cudaErrorInvalidResourceHandle;
  }
  CapturePtr capture = stream->capture;
  if (capture == nullptr) {
    return cudaErrorIllegalState;
  }
  if (capture->origin != stream) {
    return invalidate(capture, cudaErrorStreamCaptureUnmatched);
  }
  if (capture->mode != cudaStreamCaptureModeRelaxed &&
      capture->thread != std::this_thread::get_id()) {
    return cudaErrorStreamCaptureWrongThread;
  }
  bool joined = all_joined(*capture);
  leave_capture(capture);
  if (capture->invalidated) {
    return cudaErrorStreamCaptureInvalidated;
  }
  if (!joined) {
    return cudaErrorStreamCaptureUnjoined;
  }
  auto made = std::make_unique<Graph>(std::move(capture->graph));
  *graph = reinterpret_cast<cudaGraph_t>(made.get());
  table().graphs[*graph] = std::move(made);
  return cudaSuccess;
}

cudaError_t capture_status(cudaStream_t handle, cudaStreamCaptureStatus* status) {
  Guard guard(lock());
  Stream* stream = find_stream(handle);
  if (stream == nullptr) {
    return cudaErrorInvalidResourceHandle;
  }
  if (cudaError_t implicit = check_implicit(stream)) {
    return implicit;
  }
  *status = stream->capture == nullptr          ? cudaStreamCaptureStatusNone
            : stream->capture->invalidated ? cudaStreamCaptureStatusInvalidated
                                           : cudaStreamCaptureStatusActive;
  return cudaSuccess;
}

}  // namespace dbl
