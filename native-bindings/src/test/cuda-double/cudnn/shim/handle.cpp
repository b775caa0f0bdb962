// Handles: one stream each.
#include "descriptors.h"
#include "status.h"

using namespace cudnn_double;

int cudnnCreate(cudnnHandle_t* handle) {
  DBL_DEVICE_ENTRY("cudnnCreate", int, kInternalError)
  CUDNN_REJECT(handle == nullptr)
  if (dbl::device_count() == 0) {
    return fail(kNotInitialized, "cudaGetDeviceCount(&count) != cudaSuccess");
  }
  if (dbl::forbid_in_capture(nullptr, "cudnnCreate") != cudaSuccess) {
    return fail(kInternalError, "cudnnCreate during capture");
  }
  create(handle, kHandleKind);
  return kSuccess;
}

int cudnnDestroy(cudnnHandle_t handle) {
  DBL_RELEASE_ENTRY("cudnnDestroy");
  return DBL_RESULT(destroy(handle, kHandleKind), int);
}

int cudnnSetStream(cudnnHandle_t handle, void* stream) {
  DBL_ENTRY("cudnnSetStream", int)
  CUDNN_REJECT(!dbl::handle_valid(kHandleKind, handle))
  const auto chosen = static_cast<cudaStream_t>(stream);
  CUDNN_REJECT(chosen != nullptr && !dbl::is_stream(chosen))
  handle->stream = chosen;
  return kSuccess;
}

int cudnnGetStream(cudnnHandle_t handle, void** stream) {
  DBL_ENTRY("cudnnGetStream", int)
  CUDNN_REJECT(!dbl::handle_valid(kHandleKind, handle) || stream == nullptr)
  *stream = handle->stream;
  return kSuccess;
}
