// What the functions of the fake CUDA driver share.
#pragma once

#include "core.h"

namespace driver {

// 0, or why a call that needs a context cannot work.
inline CUresult need_context() {
  if (dbl::sticky_error() != 0) {
    return dbl::sticky_error();
  }
  return dbl::context_current() ? cudaSuccess : cudaErrorDeviceUninitialized;
}

}  // namespace driver

#define DRIVER_ENTRY(function) DBL_ENTRY(function, CUresult)

#define DRIVER_CONTEXT_ENTRY(function)             \
  DBL_ENTRY(function, CUresult)                    \
  if (CUresult failed = driver::need_context()) { \
    return failed;                                 \
  }
