// What the functions of the fake CUDA runtime share.
#pragma once

#include "core.h"

namespace rt {

// Keeps a failure for cudaGetLastError and returns the status.
cudaError_t remember(cudaError_t status);

// 0, or the status of a machine without a device; makes the thread's context current.
cudaError_t use_device();

}  // namespace rt

// First line of a function that works without a device.
#define RT_HOST_ENTRY(function)                \
  dbl::Entry dbl_entry(function);              \
  if (dbl_entry.injected() != 0) {             \
    return rt::remember(dbl_entry.injected()); \
  }

// First line of a function that needs the device.
#define RT_ENTRY(function)                     \
  RT_HOST_ENTRY(function)                      \
  if (cudaError_t failed = rt::use_device()) { \
    return rt::remember(failed);               \
  }
