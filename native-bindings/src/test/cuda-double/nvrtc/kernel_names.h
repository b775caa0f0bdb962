// Kernels that a source defines.
#pragma once

#include <string>
#include <vector>

namespace nvrtc {

struct KernelName {
  std::string name;
  std::string max_threads;  // first argument of __launch_bounds__, "0" without one
};

// Finds `__global__ void [__launch_bounds__(...)] NAME(...) {` in preprocessed text.
std::vector<KernelName> find_kernels(const std::string& text);

}  // namespace nvrtc
