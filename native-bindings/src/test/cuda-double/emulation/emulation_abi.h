// What compiled kernels call: the prelude and epilogue that the fake NVRTC puts around a source
// repeat these declarations.
#pragma once

#include <cstdint>

#include "cuda_types.h"
#include "kernel_abi.h"

extern "C" {

// One launch of one kernel.
struct dbl_launch {
  const char* kernel;
  void (*thread)(void** params);  // runs one thread of it
  void** params;
  dbl_dim3 grid;
  dbl_dim3 block;
  uint32_t dynamic_shared_bytes;
  uint32_t max_threads;  // of __launch_bounds__; 0 = none given
  char* shared_begin;    // static __shared__ variables of all kernels of the module
  char* shared_end;
  const char* image_begin;  // the module: code, constants and module variables
  const char* image_end;
  const char* object;  // file of the module, for reports
};
}

// Runs all blocks and threads. Reports wrong accesses and races; after an access that has no
// memory, a barrier that cannot open or the like the launch ends with a device fault.
DBL_EXPORT void dbl_emulate(const dbl_launch* launch);

DBL_EXPORT dbl_dim3 dbl_thread_index();
DBL_EXPORT dbl_dim3 dbl_block_index();
DBL_EXPORT dbl_dim3 dbl_block_size();
DBL_EXPORT dbl_dim3 dbl_grid_size();
DBL_EXPORT void* dbl_dynamic_shared();

enum dbl_barrier_kind : int {
  DBL_BARRIER = 0,
  DBL_BARRIER_COUNT = 1,
  DBL_BARRIER_AND = 2,
  DBL_BARRIER_OR = 3,
};
DBL_EXPORT int dbl_block_barrier(int kind, int predicate, const char* file, int line);

enum dbl_warp_kind : int {
  DBL_WARP_SYNC = 0,
  DBL_WARP_SHUFFLE = 1,
  DBL_WARP_UP = 2,
  DBL_WARP_DOWN = 3,
  DBL_WARP_XOR = 4,
  DBL_WARP_BALLOT = 5,
  DBL_WARP_ALL = 6,
  DBL_WARP_ANY = 7,
};
// `bits` is the lane's value or predicate, `argument` the source lane, delta or lane mask.
DBL_EXPORT uint64_t dbl_warp_operation(int kind, uint32_t mask, uint64_t bits, int argument,
                                       int width, const char* file, int line);
DBL_EXPORT uint32_t dbl_active_mask();
