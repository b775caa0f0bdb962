#include "fiber.h"

#include <sys/mman.h>

#include <new>

#if defined(__x86_64__)
// switch(save, target): pushes what calls preserve, stores the stack pointer, loads the other.
asm(R"(
.text
.globl emulation_switch
.hidden emulation_switch
.type emulation_switch, @function
emulation_switch:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size emulation_switch, .-emulation_switch
)");
extern "C" void emulation_switch(void** save, void* target);
#endif

namespace emulation {

namespace {
constexpr size_t kGuardBytes = 4096;
constexpr int kPreserved = 6;
}  // namespace

Fiber::Fiber(size_t stagger) : stagger_(stagger) {
  void* memory = mmap(nullptr, kGuardBytes + kStackBytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) {
    throw std::bad_alloc();
  }
  mprotect(memory, kGuardBytes, PROT_NONE);
  memory_ = static_cast<char*>(memory);
  stack_begin_ = reinterpret_cast<uintptr_t>(memory_) + kGuardBytes;
}

Fiber::~Fiber() { munmap(memory_, kGuardBytes + kStackBytes); }

#if defined(__x86_64__)

void Fiber::prepare(void (*entry)()) {
  auto** top = reinterpret_cast<void**>(stack_begin_ + kStackBytes - stagger_);
  *--top = nullptr;  // keeps the stack aligned as after a call
  *--top = reinterpret_cast<void*>(entry);
  for (int i = 0; i < kPreserved; i++) {
    *--top = nullptr;
  }
  context_.stack_pointer = top;
}

void Fiber::enter(Context& from) { emulation_switch(&from.stack_pointer, context_.stack_pointer); }

void Fiber::leave(Context& to) { emulation_switch(&context_.stack_pointer, to.stack_pointer); }

#else

void Fiber::prepare(void (*entry)()) {
  getcontext(&context_.registers);
  context_.registers.uc_stack.ss_sp = reinterpret_cast<void*>(stack_begin_);
  context_.registers.uc_stack.ss_size = kStackBytes - stagger_;
  context_.registers.uc_link = nullptr;
  makecontext(&context_.registers, entry, 0);
}

void Fiber::enter(Context& from) { swapcontext(&from.registers, &context_.registers); }

void Fiber::leave(Context& to) { swapcontext(&context_.registers, &to.registers); }

#endif

Fiber* FiberPool::take() {
  if (free_.empty()) {
    constexpr size_t kStep = 320;
    constexpr size_t kSteps = 48;
    all_.push_back(std::make_unique<Fiber>(all_.size() % kSteps * kStep / 16 * 16));
    return all_.back().get();
  }
  Fiber* fiber = free_.back();
  free_.pop_back();
  return fiber;
}

void FiberPool::reclaim() {
  free_.clear();
  for (const auto& fiber : all_) {
    free_.push_back(fiber.get());
  }
}

}  // namespace emulation
