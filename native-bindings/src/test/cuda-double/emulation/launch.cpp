// Runs a launch: block after block in an order drawn from the double's seed.
#include <numeric>
#include <vector>

#include "access.h"
#include "block.h"
#include "core.h"

namespace emulation {

namespace {

FiberPool& pool() {
  static auto* kept = new FiberPool();
  return *kept;
}

std::vector<char> dynamic_shared_memory;

bool is_legal(const dbl_launch& launch) {
  uint64_t threads = uint64_t{launch.block.x} * launch.block.y * launch.block.z;
  if (launch.max_threads != 0 && threads > launch.max_threads) {
    dbl::device_fault(cudaErrorLaunchOutOfResources,
                      std::string("kernel ") + launch.kernel +
                          dbl::format(": blocks of %llu threads, but __launch_bounds__(%u)",
                                      static_cast<unsigned long long>(threads),
                                      launch.max_threads));
    return false;
  }
  return threads >= 1 && threads <= 1024;
}

dbl_dim3 block_index(const dbl_launch& launch, uint32_t number) {
  uint32_t rest = number / launch.grid.x;
  return {number % launch.grid.x, rest % launch.grid.y, rest / launch.grid.y};
}

void run_blocks(const dbl_launch& launch) {
  Random random(dbl::random_below(uint64_t{1} << 62));
  Block block(launch, pool(), random);
  std::vector<uint32_t> order(launch.grid.x * launch.grid.y * launch.grid.z);
  std::iota(order.begin(), order.end(), 0);
  random.shuffle(order);
  for (uint32_t number : order) {
    dbl_dim3 index = block_index(launch, number);
    begin_block(index);
    if (!block.run(index)) {
      break;
    }
  }
  running_block = nullptr;
  if (!block.failure().empty()) {
    pool().reclaim();
    dbl::device_fault(block.failure_status(),
                      std::string("kernel ") + launch.kernel + ": " + block.failure());
  }
}

}  // namespace

}  // namespace emulation

using emulation::running_block;

void dbl_emulate(const dbl_launch* launch) {
  if (!emulation::is_legal(*launch)) {
    return;
  }
  emulation::dynamic_shared_memory.assign(launch->dynamic_shared_bytes, '\xFF');
  emulation::begin_launch(*launch, emulation::dynamic_shared_memory.data());
  emulation::run_blocks(*launch);
  emulation::end_launch();
}

dbl_dim3 dbl_thread_index() { return running_block->current().index; }

dbl_dim3 dbl_block_index() { return running_block->index(); }

dbl_dim3 dbl_block_size() { return running_block->launch().block; }

dbl_dim3 dbl_grid_size() { return running_block->launch().grid; }

void* dbl_dynamic_shared() { return emulation::dynamic_shared_memory.data(); }

int dbl_block_barrier(int kind, int predicate, const char* file, int line) {
  emulation::Wait wait;
  wait.kind = kind;
  wait.bits = static_cast<uint64_t>(predicate != 0);
  wait.file = file;
  wait.line = line;
  return running_block->wait_at_barrier(wait);
}

uint64_t dbl_warp_operation(int kind, uint32_t mask, uint64_t bits, int argument, int width,
                            const char* file, int line) {
  emulation::Wait wait;
  wait.kind = kind;
  wait.mask = mask;
  wait.bits = bits;
  wait.argument = argument;
  wait.width = width;
  wait.file = file;
  wait.line = line;
  return running_block->wait_at_warp(wait);
}

uint32_t dbl_active_mask() { return running_block->active_mask(); }
