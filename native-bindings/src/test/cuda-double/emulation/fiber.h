// Stacks to run the threads of a block on, and the switch between them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#if !defined(__x86_64__)
#include <ucontext.h>
#endif

namespace emulation {

// Where a flow of control was left. Switching saves the registers that calls preserve.
struct Context {
#if defined(__x86_64__)
  void* stack_pointer = nullptr;
#else
  ucontext_t registers;
#endif
};

// One stack of one kernel thread.
class Fiber {
 public:
  static constexpr size_t kStackBytes = 128 * 1024;

  // `stagger` shifts the first frame, so that the hot ends of many stacks do not all compete for
  // the same lines of the processor's cache.
  explicit Fiber(size_t stagger);
  ~Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;

  // Makes the next switch call `entry` on the empty stack. `entry` must not return.
  void prepare(void (*entry)());
  // Leaves the caller's flow in `from` and goes on in this fiber.
  void enter(Context& from);
  // Leaves this fiber and goes on in `to`.
  void leave(Context& to);

  uintptr_t stack_begin() const { return stack_begin_; }

 private:
  char* memory_;
  uintptr_t stack_begin_;
  size_t stagger_;
  Context context_;
};

// Stacks are kept for the life of the process, and the one used last is handed out first.
class FiberPool {
 public:
  Fiber* take();
  void give_back(Fiber* fiber) { free_.push_back(fiber); }
  // Takes back all stacks, whatever lies on them.
  void reclaim();

 private:
  std::vector<std::unique_ptr<Fiber>> all_;
  std::vector<Fiber*> free_;
};

}  // namespace emulation
