// One block of a launch: its threads on fibers, block barriers and warp operations.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "emulation_abi.h"
#include "fiber.h"
#include "random.h"

namespace emulation {

enum class State : uint8_t { Fresh, Ready, AtWarp, AtBarrier, Done };

// Where a thread waits, and for what.
struct Wait {
  int kind = 0;
  const char* file = "";
  int line = 0;
  uint32_t mask = 0;
  uint64_t bits = 0;
  int argument = 0;
  int width = 32;

  bool same_place(const Wait& other) const;
};

struct Thread {
  Fiber* fiber = nullptr;
  State state = State::Fresh;
  uint32_t number = 0;
  dbl_dim3 index{};
  Wait wait;
  uint64_t result = 0;
};

class Block {
 public:
  Block(const dbl_launch& launch, FiberPool& pool, Random& random);

  // Runs all threads of one block. False: it failed, and failure() says why.
  bool run(dbl_dim3 index);

  // For the running thread.
  const Thread& current() const { return *current_; }
  const dbl_launch& launch() const { return launch_; }
  dbl_dim3 index() const { return index_; }
  uint32_t warp_epoch() const { return warp_epochs_[current_->number / 32]; }
  const std::string& failure() const { return failure_; }
  int failure_status() const { return failure_status_; }
  int wait_at_barrier(const Wait& wait);
  uint64_t wait_at_warp(const Wait& wait);
  uint32_t active_mask() const;
  // Ends the launch; does not return.
  [[noreturn]] void fail(int status, const std::string& text);

  // Thread "(x,y,z)" of a number, for reports.
  std::string thread_name(uint32_t number) const;
  dbl_dim3 thread_index(uint32_t number) const;

 private:
  static void fiber_entry();
  void start();
  void resume(Thread& thread);
  void pause(State state, const Wait& wait);
  bool run_warp(uint32_t warp);
  bool release_groups(uint32_t first, uint32_t lanes);
  bool release_barrier();
  void report_stuck_warp(uint32_t first, uint32_t lanes);
  void report_divergence(const Thread& waiting, const Thread& other);
  void set_failure(int status, const std::string& text);
  std::string describe(const Thread& thread) const;

  const dbl_launch& launch_;
  FiberPool& pool_;
  Random& random_;
  std::vector<Thread> threads_;
  std::vector<uint32_t> warp_epochs_;
  std::vector<uint32_t> warp_order_;
  Context scheduler_;
  Thread* current_ = nullptr;
  dbl_dim3 index_{};
  std::string failure_;
  int failure_status_ = 0;
};

// The block that runs now.
extern Block* running_block;

}  // namespace emulation
