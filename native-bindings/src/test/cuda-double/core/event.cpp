// Events: marks in streams that other streams and the host wait for.
#include "stream_state.h"

namespace dbl {
namespace {

// Time passes by a microsecond with each event that is reached. So what is measured is the same in
// every run, and says nothing about speed.
double now() {
  static double seconds = 0;
  seconds += 1e-6;
  return seconds;
}

// An event that was recorded inside a capture cannot be asked by the host.
cudaError_t check_not_captured(Event* event) {
  if (!event->captured) {
    return cudaSuccess;
  }
  if (CapturePtr capture = event->capture.lock()) {
    invalidate(capture, cudaErrorCapturedEvent);
  }
  return cudaErrorCapturedEvent;
}

// A stream waits for an event of a capture: it becomes part of that capture.
cudaError_t wait_captured(Stream* stream, Event* event) {
  CapturePtr capture = event->capture.lock();
  if (capture == nullptr) {
    return stream->capture != nullptr ? invalidate(stream->capture, cudaErrorCapturedEvent)
                                      : cudaErrorCapturedEvent;
  }
  if (stream->capture != nullptr && stream->capture != capture) {
    invalidate(stream->capture, cudaErrorStreamCaptureMerge);
    return invalidate(capture, cudaErrorStreamCaptureMerge);
  }
  if (stream == &table().legacy) {
    return invalidate(capture, cudaErrorStreamCaptureImplicit);
  }
  stream->capture = capture;
  capture->members.insert(stream);
  stream->capture_tail.insert(event->nodes.begin(), event->nodes.end());
  return cudaSuccess;
}

}  // namespace

Event* find_event(cudaEvent_t handle) {
  auto it = table().events.find(handle);
  if (it == table().events.end()) {
    violation(format("event %p is no live event", static_cast<void*>(handle)));
    return nullptr;
  }
  return it->second.get();
}

cudaError_t event_create(cudaEvent_t* handle, bool timing) {
  Guard guard(lock());
  auto event = std::make_unique<Event>();
  event->timing = timing;
  *handle = reinterpret_cast<cudaEvent_t>(event.get());
  table().events[*handle] = std::move(event);
  return cudaSuccess;
}

cudaError_t event_destroy(cudaEvent_t handle) {
  Guard guard(lock());
  if (find_event(handle) == nullptr) {
    return cudaErrorInvalidResourceHandle;
  }
  table().events.erase(handle);
  return cudaSuccess;
}

cudaError_t event_record(cudaEvent_t handle, cudaStream_t stream_handle) {
  Guard guard(lock());
  Event* event = find_event(handle);
  Stream* stream = find_stream(stream_handle);
  if (event == nullptr || stream == nullptr) {
    return cudaErrorInvalidResourceHandle;
  }
  if (cudaError_t status = check_implicit(stream)) {
    return status;
  }
  event->captured = stream->capture != nullptr;
  if (event->captured) {
    event->capture = stream->capture;
    event->nodes = stream->capture_tail;
    return stream->capture->invalidated ? cudaErrorStreamCaptureInvalidated : cudaSuccess;
  }
  auto recording = std::make_shared<Recording>();
  Work work = [recording] { recording->seconds = now(); };
  stream->tail = submit({}, work, "record of an event", stream_waits(stream));
  recording->op = stream->tail;
  event->recording = recording;
  return cudaSuccess;
}

cudaError_t stream_wait(cudaStream_t stream_handle, cudaEvent_t handle) {
  Guard guard(lock());
  Event* event = find_event(handle);
  Stream* stream = find_stream(stream_handle);
  if (event == nullptr || stream == nullptr) {
    return cudaErrorInvalidResourceHandle;
  }
  if (event->captured) {
    return wait_captured(stream, event);
  }
  if (event->recording == nullptr) {
    return cudaSuccess;
  }
  if (stream->capture != nullptr) {
    return invalidate(stream->capture, cudaErrorStreamCaptureIsolation);
  }
  std::vector<OpPtr> waits = stream_waits(stream);
  waits.push_back(event->recording->op);
  stream->tail = submit({}, {}, "wait for an event", waits);
  return cudaSuccess;
}

cudaError_t event_synchronize(cudaEvent_t handle) {
  Guard guard(lock());
  Event* event = find_event(handle);
  if (event == nullptr) {
    return cudaErrorInvalidResourceHandle;
  }
  if (cudaError_t status = check_not_captured(event)) {
    return status;
  }
  if (event->recording != nullptr) {
    run_until(event->recording->op);
  }
  return sticky_error();
}

cudaError_t event_query(cudaEvent_t handle) {
  Guard guard(lock());
  Event* event = find_event(handle);
  if (event == nullptr) {
    return cudaErrorInvalidResourceHandle;
  }
  if (cudaError_t status = check_not_captured(event)) {
    return status;
  }
  bool done = event->recording == nullptr || event->recording->op->done;
  if (!done) {
    run_some();
  } else if (event->recording != nullptr) {
    host_waited_for(event->recording->op);
  }
  return sticky_error() != 0 ? sticky_error() : done ? cudaSuccess : cudaErrorNotReady;
}

cudaError_t event_elapsed(float* milliseconds, cudaEvent_t start, cudaEvent_t end) {
  Guard guard(lock());
  Event* from = find_event(start);
  Event* to = find_event(end);
  if (from == nullptr || to == nullptr || !from->timing || !to->timing ||
      from->recording == nullptr || to->recording == nullptr) {
    return cudaErrorInvalidResourceHandle;
  }
  if (!from->recording->op->done || !to->recording->op->done) {
    return cudaErrorNotReady;
  }
  *milliseconds = static_cast<float>((to->recording->seconds - from->recording->seconds) * 1e3);
  return cudaSuccess;
}

}  // namespace dbl
