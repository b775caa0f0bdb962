// Status texts, and the last error of each thread.
#include "error_names.h"
#include "runtime.h"

namespace rt {
namespace {
thread_local cudaError_t last_error = cudaSuccess;
}

cudaError_t remember(cudaError_t status) {
  if (status != cudaSuccess) {
    last_error = status;
  }
  return status;
}

cudaError_t use_device() {
  if (dbl::device_count() == 0) {
    return cudaErrorNoDevice;
  }
  dbl::set_context_current(true);
  return dbl::sticky_error();
}

}  // namespace rt

DBL_EXPORT cudaError_t cudaGetLastError() {
  dbl::Entry entry("cudaGetLastError");
  cudaError_t status = dbl::sticky_error() != 0 ? dbl::sticky_error() : rt::last_error;
  rt::last_error = cudaSuccess;
  return status;
}

DBL_EXPORT cudaError_t cudaPeekAtLastError() {
  dbl::Entry entry("cudaPeekAtLastError");
  return dbl::sticky_error() != 0 ? dbl::sticky_error() : rt::last_error;
}

DBL_EXPORT const char* cudaGetErrorName(cudaError_t status) {
  return dbl::error_name(status).runtime_name;
}

DBL_EXPORT const char* cudaGetErrorString(cudaError_t status) {
  return dbl::error_name(status).text;
}
