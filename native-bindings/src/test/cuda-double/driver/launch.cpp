// Kernel launches: parameters are copied by their sizes when the launch is called.
#include <cstring>

#include "driver.h"
#include "module.h"

namespace {

constexpr uint32_t kMostThreads = 1024;
constexpr uint32_t kMostShared = 227 * 1024;
constexpr size_t kSlot = 16;

size_t slots(uint32_t bytes) { return (bytes + kSlot - 1) / kSlot; }

// Copies of all parameters, each at a multiple of 16 bytes.
struct Parameters {
  struct alignas(kSlot) Slot {
    char bytes[kSlot];
  };
  std::vector<Slot> values;
  std::vector<size_t> offsets;

  Parameters(const dbl_kernel& kernel, void** given) {
    for (uint32_t i = 0; i < kernel.parameter_count; i++) {
      offsets.push_back(values.size());
      values.resize(values.size() + slots(kernel.parameter_sizes[i]));
      memcpy(values[offsets.back()].bytes, given[i], kernel.parameter_sizes[i]);
    }
  }
};

bool valid_size(dbl_dim3 grid, dbl_dim3 block) {
  uint64_t threads = uint64_t{block.x} * block.y * block.z;
  return grid.x > 0 && grid.y > 0 && grid.z > 0 && threads > 0 && threads <= kMostThreads &&
         block.z <= 64 && grid.x <= 2147483647u && grid.y <= 65535 && grid.z <= 65535;
}

CUresult enqueue_kernel(const driver::Function& function, dbl_dim3 grid, dbl_dim3 block,
                        uint32_t shared, CUstream stream, void** given) {
  const dbl_kernel* kernel = function.kernel;
  Parameters parameters(*kernel, given);
  auto library = function.library;
  auto work = [=] {
    Parameters copy = parameters;  // a kernel may change its parameters, a graph runs it again
    std::vector<void*> pointers;
    for (size_t offset : copy.offsets) {
      pointers.push_back(copy.values[offset].bytes);
    }
    (void)library;
    kernel->run(pointers.data(), grid, block, shared);
  };
  return dbl::enqueue(stream, work,
                      dbl::format("kernel %s, grid (%u,%u,%u), block (%u,%u,%u)", kernel->name,
                                  grid.x, grid.y, grid.z, block.x, block.y, block.z));
}

}  // namespace

DBL_EXPORT CUresult cuLaunchKernel(CUfunction handle, unsigned grid_x, unsigned grid_y,
                                   unsigned grid_z, unsigned block_x, unsigned block_y,
                                   unsigned block_z, unsigned shared, CUstream stream,
                                   void** parameters, void** extra) {
  DRIVER_CONTEXT_ENTRY("cuLaunchKernel");
  driver::Function* function = driver::find_function(handle);
  if (function == nullptr) {
    return cudaErrorInvalidResourceHandle;
  }
  dbl_dim3 grid{grid_x, grid_y, grid_z};
  dbl_dim3 block{block_x, block_y, block_z};
  bool missing = parameters == nullptr && function->kernel->parameter_count > 0;
  if (!valid_size(grid, block) || extra != nullptr || missing ||
      shared > function->most_dynamic_shared_bytes) {
    return cudaErrorInvalidValue;
  }
  return enqueue_kernel(*function, grid, block, shared, stream, parameters);
}

// Attribute 8: most bytes of dynamic shared memory.
DBL_EXPORT CUresult cuFuncSetAttribute(CUfunction handle, int attribute, int value) {
  DRIVER_CONTEXT_ENTRY("cuFuncSetAttribute");
  driver::Function* function = driver::find_function(handle);
  if (function == nullptr) {
    return cudaErrorInvalidResourceHandle;
  }
  auto bytes = static_cast<uint32_t>(value);
  if (attribute != 8 || value < 0 ||
      bytes + function->kernel->static_shared_bytes > kMostShared) {
    return cudaErrorInvalidValue;
  }
  function->most_dynamic_shared_bytes = bytes;
  return cudaSuccess;
}

DBL_EXPORT CUresult cuFuncGetAttribute(int* value, int attribute, CUfunction handle) {
  DRIVER_CONTEXT_ENTRY("cuFuncGetAttribute");
  driver::Function* function = driver::find_function(handle);
  if (function == nullptr) {
    return cudaErrorInvalidResourceHandle;
  }
  switch (attribute) {
    case 0:  // threads per block
      *value = static_cast<int>(kMostThreads);
      return cudaSuccess;
    case 1:  // static shared memory
      *value = static_cast<int>(function->kernel->static_shared_bytes);
      return cudaSuccess;
    case 2:  // constant memory
    case 3:  // local memory
      *value = 0;
      return cudaSuccess;
    case 4:  // registers
      *value = 32;
      return cudaSuccess;
    case 8:
      *value = static_cast<int>(function->most_dynamic_shared_bytes);
      return cudaSuccess;
    default:
      return cudaErrorInvalidValue;
  }
}
