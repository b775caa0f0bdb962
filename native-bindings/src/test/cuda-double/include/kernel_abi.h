// What a "cubin" of the double is: the bytes of a shared object made by the fake NVRTC. The fake
// driver writes them to a file in memory, opens it and calls charlstm_kernel_table().
#pragma once

#include <cstdint>

extern "C" {

struct dbl_dim3 {
  uint32_t x, y, z;
};

struct dbl_kernel {
  const char* name;                 // as written in the source: extern "C" names
  uint32_t parameter_count;
  const uint32_t* parameter_sizes;  // bytes of each parameter, in order
  uint32_t static_shared_bytes;     // of all __shared__ arrays; 0 when unknown
  // Runs the whole grid on the host, on plain pointers. params[i] points at a copy of parameter i
  // that the driver took when the launch was called; it is aligned to 16 bytes.
  // Wrong accesses are reported by dbl::violation / dbl::device_fault (core.h).
  void (*run)(void** params, dbl_dim3 grid, dbl_dim3 block, uint32_t dynamic_shared_bytes);
};

struct dbl_kernel_table {
  uint32_t abi_version;   // DBL_KERNEL_ABI
  // What the source was compiled for: 90 for sm_90, DBL_VIRTUAL_ARCHITECTURE + 90 for compute_90
  // (as PTX, which later devices take too).
  uint32_t architecture;
  uint32_t kernel_count;
  const dbl_kernel* kernels;
};

#define DBL_KERNEL_ABI 1u
#define DBL_VIRTUAL_ARCHITECTURE 1000u

// The one symbol that such a shared object exports.
const dbl_kernel_table* charlstm_kernel_table();
}
