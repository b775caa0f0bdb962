// Streams and events.
#include "streams.h"

#include "runtime.h"

DBL_EXPORT cudaError_t cudaStreamCreate(cudaStream_t* stream) {
  RT_ENTRY("cudaStreamCreate");
  return rt::remember(dbl::stream_create(stream, true));
}

DBL_EXPORT cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned flags) {
  RT_ENTRY("cudaStreamCreateWithFlags");
  if (flags > 1) {
    return rt::remember(cudaErrorInvalidValue);
  }
  return rt::remember(dbl::stream_create(stream, flags == 0));
}

DBL_EXPORT cudaError_t cudaStreamCreateWithPriority(cudaStream_t* stream, unsigned flags, int) {
  RT_ENTRY("cudaStreamCreateWithPriority");
  return rt::remember(dbl::stream_create(stream, flags == 0));
}

DBL_EXPORT cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  DBL_RELEASE_ENTRY("cudaStreamDestroy");
  cudaError_t status = dbl::stream_destroy(stream);
  return rt::remember(dbl_entry.result(status != 0 ? status : dbl::sticky_error()));
}

DBL_EXPORT cudaError_t cudaStreamSynchronize(cudaStream_t stream) {
  RT_ENTRY("cudaStreamSynchronize");
  return rt::remember(dbl::stream_synchronize(stream));
}

DBL_EXPORT cudaError_t cudaStreamQuery(cudaStream_t stream) {
  RT_ENTRY("cudaStreamQuery");
  return rt::remember(dbl::stream_query(stream));
}

DBL_EXPORT cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned) {
  RT_ENTRY("cudaStreamWaitEvent");
  return rt::remember(dbl::stream_wait(stream, event));
}

DBL_EXPORT cudaError_t cudaLaunchHostFunc(cudaStream_t stream, void (*function)(void*),
                                          void* data) {
  RT_ENTRY("cudaLaunchHostFunc");
  return rt::remember(dbl::enqueue(stream, [=] { function(data); }, "a host function"));
}

DBL_EXPORT cudaError_t cudaEventCreate(cudaEvent_t* event) {
  RT_ENTRY("cudaEventCreate");
  return rt::remember(dbl::event_create(event, true));
}

// Flags: 1 blocking synchronisation, 2 no timing.
DBL_EXPORT cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned flags) {
  RT_ENTRY("cudaEventCreateWithFlags");
  if (flags > 7) {
    return rt::remember(cudaErrorInvalidValue);
  }
  return rt::remember(dbl::event_create(event, (flags & 2) == 0));
}

DBL_EXPORT cudaError_t cudaEventDestroy(cudaEvent_t event) {
  DBL_RELEASE_ENTRY("cudaEventDestroy");
  cudaError_t status = dbl::event_destroy(event);
  return rt::remember(dbl_entry.result(status != 0 ? status : dbl::sticky_error()));
}

DBL_EXPORT cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t stream) {
  RT_ENTRY("cudaEventRecord");
  return rt::remember(dbl::event_record(event, stream));
}

DBL_EXPORT cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  RT_ENTRY("cudaEventSynchronize");
  return rt::remember(dbl::event_synchronize(event));
}

DBL_EXPORT cudaError_t cudaEventQuery(cudaEvent_t event) {
  RT_ENTRY("cudaEventQuery");
  return rt::remember(dbl::event_query(event));
}

DBL_EXPORT cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t start,
                                            cudaEvent_t end) {
  RT_ENTRY("cudaEventElapsedTime");
  return rt::remember(dbl::event_elapsed(milliseconds, start, end));
}
