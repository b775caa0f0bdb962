// Allocations.
#include "runtime.h"

DBL_EXPORT cudaError_t cudaMalloc(void** address, size_t bytes) {
  RT_ENTRY("cudaMalloc");
  if (address == nullptr) {
    return rt::remember(cudaErrorInvalidValue);
  }
  *address = nullptr;
  if (cudaError_t status = dbl::forbid_in_capture(nullptr, "cudaMalloc")) {
    return rt::remember(status);
  }
  if (bytes == 0) {
    return cudaSuccess;
  }
  *address = dbl::device_allocate(bytes);
  return *address != nullptr ? cudaSuccess : rt::remember(cudaErrorMemoryAllocation);
}

DBL_EXPORT cudaError_t cudaFree(void* address) {
  DBL_RELEASE_ENTRY("cudaFree");
  cudaError_t status = rt::use_device();
  if (address == nullptr) {
    return rt::remember(dbl_entry.result(status));
  }
  if (cudaError_t captured = dbl::forbid_in_capture(nullptr, "cudaFree")) {
    return rt::remember(captured);
  }
  // As the real one, it waits for all work of the device.
  dbl::drain_all();
  if (!dbl::device_free(address)) {
    return rt::remember(cudaErrorInvalidValue);
  }
  status = dbl::sticky_error();
  return rt::remember(dbl_entry.result(status));
}

DBL_EXPORT cudaError_t cudaMemGetInfo(size_t* free_bytes, size_t* total) {
  RT_ENTRY("cudaMemGetInfo");
  *total = dbl::device_memory_total();
  *free_bytes = *total - dbl::device_live_bytes();
  return cudaSuccess;
}

DBL_EXPORT cudaError_t cudaHostAlloc(void** address, size_t bytes, unsigned flags) {
  RT_ENTRY("cudaHostAlloc");
  *address = nullptr;
  if ((flags & ~7u) != 0) {
    return rt::remember(cudaErrorInvalidValue);
  }
  if (cudaError_t status = dbl::forbid_in_capture(nullptr, "cudaHostAlloc")) {
    return rt::remember(status);
  }
  if (bytes == 0) {
    return cudaSuccess;
  }
  *address = dbl::pinned_allocate(bytes);
  return *address != nullptr ? cudaSuccess : rt::remember(cudaErrorMemoryAllocation);
}

DBL_EXPORT cudaError_t cudaFreeHost(void* address) {
  DBL_RELEASE_ENTRY("cudaFreeHost");
  cudaError_t status = rt::use_device();
  if (address != nullptr && !dbl::pinned_free(address)) {
    status = cudaErrorInvalidValue;
  }
  return rt::remember(dbl_entry.result(status));
}
