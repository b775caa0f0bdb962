#include "status.h"

#include <cstring>
#include <string>

namespace cudnn_double {
namespace {

thread_local std::string last_error;

struct Name {
  int status;
  const char* text;
};

constexpr Name kNames[] = {
    {kSuccess, "CUDNN_STATUS_SUCCESS"},
    {kNotInitialized, "CUDNN_STATUS_NOT_INITIALIZED"},
    {kVersionMismatch, "CUDNN_STATUS_SUBLIBRARY_VERSION_MISMATCH"},
    {kBadParam, "CUDNN_STATUS_BAD_PARAM"},
    {kNotSupported, "CUDNN_STATUS_NOT_SUPPORTED"},
    {kInternalError, "CUDNN_STATUS_INTERNAL_ERROR"},
    {4003, "CUDNN_STATUS_INTERNAL_ERROR_HOST_ALLOCATION_FAILED"},
    {4004, "CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED"},
    {kExecutionFailed, "CUDNN_STATUS_EXECUTION_FAILED"},
    {5001, "CUDNN_STATUS_EXECUTION_FAILED_CUDA_DRIVER"},
    {5002, "CUDNN_STATUS_EXECUTION_FAILED_CUBLAS"},
    {kExecutionFailedCudart, "CUDNN_STATUS_EXECUTION_FAILED_CUDART"},
};

}  // namespace

int fail(Status status, const char* condition) {
  last_error = condition;
  return status;
}

int beyond_double(const char* what) {
  last_error = std::string("the double of cuDNN does not compute this: ") + what;
  return kNotSupported;
}

}  // namespace cudnn_double

using namespace cudnn_double;

void cudnnGetLastErrorString(char* message, std::size_t max_size) {
  if (message == nullptr || max_size == 0) {
    return;
  }
  std::strncpy(message, last_error.c_str(), max_size - 1);
  message[max_size - 1] = '\0';
  last_error.clear();
}

const char* cudnnGetErrorString(int status) {
  for (const Name& name : kNames) {
    if (name.status == status) {
      return name.text;
    }
  }
  return "CUDNN_UNKNOWN_STATUS";
}
