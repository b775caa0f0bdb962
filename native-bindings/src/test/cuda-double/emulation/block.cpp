#include "block.h"

#include <algorithm>
#include <cstring>

#include "access.h"
#include "core.h"
#include "warp.h"

namespace emulation {

Block* running_block = nullptr;

bool Wait::same_place(const Wait& other) const {
  return kind == other.kind && line == other.line && mask == other.mask && width == other.width &&
         std::strcmp(file, other.file) == 0;
}

Block::Block(const dbl_launch& launch, FiberPool& pool, Random& random)
    : launch_(launch), pool_(pool), random_(random) {
  uint32_t count = launch.block.x * launch.block.y * launch.block.z;
  threads_.resize(count);
  for (uint32_t i = 0; i < count; i++) {
    threads_[i].number = i;
    threads_[i].index = thread_index(i);
  }
  warp_epochs_.resize((count + 31) / 32);
  for (uint32_t i = 0; i < warp_epochs_.size(); i++) {
    warp_order_.push_back(i);
  }
}

dbl_dim3 Block::thread_index(uint32_t number) const {
  uint32_t x = number % launch_.block.x;
  uint32_t rest = number / launch_.block.x;
  return {x, rest % launch_.block.y, rest / launch_.block.y};
}

bool Block::run(dbl_dim3 index) {
  index_ = index;
  running_block = this;
  for (Thread& thread : threads_) {
    thread.state = State::Fresh;
  }
  std::fill(warp_epochs_.begin(), warp_epochs_.end(), 0);
  do {
    random_.shuffle(warp_order_);
    for (uint32_t warp : warp_order_) {
      if (!run_warp(warp)) {
        return false;
      }
    }
  } while (release_barrier());
  return failure_.empty();
}

// Runs the threads of a warp until all wait at a block barrier or are done.
bool Block::run_warp(uint32_t warp) {
  uint32_t first = warp * 32;
  uint32_t lanes = std::min<uint32_t>(32, static_cast<uint32_t>(threads_.size()) - first);
  do {
    uint32_t start = random_.below(32);
    uint32_t stride = 2 * random_.below(16) + 1;
    for (uint32_t i = 0; i < 32; i++) {
      uint32_t lane = (start + i * stride) & 31;
      if (lane < lanes && (threads_[first + lane].state == State::Fresh ||
                           threads_[first + lane].state == State::Ready)) {
        resume(threads_[first + lane]);
        if (!failure_.empty()) {
          return false;
        }
      }
    }
  } while (release_groups(first, lanes));
  return failure_.empty();
}

void Block::resume(Thread& thread) {
  current_ = &thread;
  if (thread.state == State::Fresh) {
    thread.fiber = pool_.take();
    thread.fiber->prepare(fiber_entry);
  }
  set_own_stack(thread.fiber->stack_begin());
  thread.fiber->enter(scheduler_);
  if (thread.state == State::Done) {
    pool_.give_back(thread.fiber);
    thread.fiber = nullptr;
  }
}

void Block::fiber_entry() { running_block->start(); }

void Block::start() {
  launch_.thread(launch_.params);
  Thread* thread = current_;
  thread->state = State::Done;
  thread->fiber->leave(scheduler_);
}

void Block::pause(State state, const Wait& wait) {
  count_step();
  Thread* thread = current_;
  thread->state = state;
  thread->wait = wait;
  thread->fiber->leave(scheduler_);
}

int Block::wait_at_barrier(const Wait& wait) {
  pause(State::AtBarrier, wait);
  return static_cast<int>(current_->result);
}

uint64_t Block::wait_at_warp(const Wait& wait) {
  if (((wait.mask >> (current_->number & 31)) & 1) == 0) {
    fail(cudaErrorLaunchFailure, describe(*current_) + " calls a warp operation at " + wait.file +
                                     ":" + std::to_string(wait.line) +
                                     dbl::format(" whose mask 0x%08x leaves its own lane out",
                                                 wait.mask));
  }
  pause(State::AtWarp, wait);
  return current_->result;
}

uint32_t Block::active_mask() const {
  uint32_t first = current_->number / 32 * 32;
  uint32_t mask = 0;
  for (uint32_t lane = 0; lane < 32 && first + lane < threads_.size(); lane++) {
    if (threads_[first + lane].state != State::Done) {
      mask |= 1u << lane;
    }
  }
  return mask;
}

// Lets go the groups of lanes that have all reached the same operation. False when the whole warp
// waits at a block barrier or is done.
bool Block::release_groups(uint32_t first, uint32_t lanes) {
  bool waiting = false;
  bool released = false;
  for (uint32_t lane = 0; lane < lanes; lane++) {
    Thread& thread = threads_[first + lane];
    if (thread.state == State::AtWarp) {
      waiting = true;
      released |= finish_group(&threads_[first], lanes, thread.wait);
    }
  }
  if (released) {
    for (uint32_t lane = 0; lane < lanes; lane++) {
      Thread& thread = threads_[first + lane];
      if (thread.state == State::Ready && thread.result == kUnknownLane) {
        set_failure(cudaErrorLaunchFailure,
                    describe(thread) + " reads, at " + thread.wait.file + ":" +
                        std::to_string(thread.wait.line) +
                        ", the value of a lane that takes no part in the operation");
        return false;
      }
    }
    warp_epochs_[first / 32]++;
    return true;
  }
  if (waiting) {
    report_stuck_warp(first, lanes);
  }
  return false;
}

void Block::report_stuck_warp(uint32_t first, uint32_t lanes) {
  for (uint32_t lane = 0; lane < lanes; lane++) {
    const Thread& thread = threads_[first + lane];
    if (thread.state != State::AtWarp) {
      continue;
    }
    for (uint32_t other = 0; other < 32; other++) {
      if (((thread.wait.mask >> other) & 1) == 0) {
        continue;
      }
      if (other >= lanes) {
        set_failure(cudaErrorLaunchFailure,
                    describe(thread) + dbl::format(" names lane %u, which the block lacks", other));
        return;
      }
      if (threads_[first + other].state != State::AtWarp ||
          !threads_[first + other].wait.same_place(thread.wait)) {
        report_divergence(thread, threads_[first + other]);
        return;
      }
    }
  }
}

// Opens the block barrier. False when all threads are done or the barrier cannot open.
bool Block::release_barrier() {
  const Thread* waiting = nullptr;
  const Thread* done = nullptr;
  int count = 0;
  for (const Thread& thread : threads_) {
    if (thread.state == State::Done) {
      done = &thread;
      continue;
    }
    if (waiting != nullptr && !waiting->wait.same_place(thread.wait)) {
      report_divergence(*waiting, thread);
      return false;
    }
    waiting = &thread;
    count += thread.wait.bits != 0 ? 1 : 0;
  }
  if (waiting == nullptr) {
    return false;
  }
  if (done != nullptr) {
    report_divergence(*waiting, *done);
    return false;
  }
  int kind = waiting->wait.kind;
  int total = static_cast<int>(threads_.size());
  int result = kind == DBL_BARRIER_AND ? count == total : kind == DBL_BARRIER_OR ? count > 0 : count;
  for (Thread& thread : threads_) {
    thread.state = State::Ready;
    thread.result = static_cast<uint64_t>(result);
  }
  next_stretch();
  return true;
}

void Block::report_divergence(const Thread& waiting, const Thread& other) {
  set_failure(cudaErrorLaunchFailure,
              "divergence: " + describe(waiting) + ", but " + describe(other));
}

std::string Block::thread_name(uint32_t number) const {
  dbl_dim3 index = thread_index(number);
  return dbl::format("thread (%u,%u,%u)", index.x, index.y, index.z);
}

std::string Block::describe(const Thread& thread) const {
  std::string text = thread_name(thread.number) +
                     dbl::format(" of block (%u,%u,%u)", index_.x, index_.y, index_.z);
  const Wait& wait = thread.wait;
  switch (thread.state) {
    case State::Done:
      return text + " has returned";
    case State::AtBarrier:
      return text + dbl::format(" waits at the block barrier of %s:%d", wait.file, wait.line);
    case State::AtWarp:
      return text + dbl::format(" waits at the %s with mask 0x%08x of %s:%d",
                                warp_operation_name(wait.kind), wait.mask, wait.file, wait.line);
    default:
      return text;
  }
}

void Block::set_failure(int status, const std::string& text) {
  failure_status_ = status;
  failure_ = text;
}

void Block::fail(int status, const std::string& text) {
  set_failure(status, text);
  current_->fiber->leave(scheduler_);
  __builtin_unreachable();
}

}  // namespace emulation
