// Loaded modules and their kernels.
#pragma once

#include <memory>
#include <vector>

#include "cuda_types.h"
#include "kernel_abi.h"

namespace driver {

struct Function {
  const dbl_kernel* kernel;
  std::shared_ptr<void> library;  // stays open while queued launches need it
  uint32_t most_dynamic_shared_bytes;
};

struct Module {
  std::shared_ptr<void> library;
  std::vector<Function> functions;  // never grows after loading: handles point into it
};

// Null, with a violation, when there is no such kernel.
Function* find_function(CUfunction handle);

}  // namespace driver
