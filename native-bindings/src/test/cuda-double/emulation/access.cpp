#include "access.h"

#include <array>
#include <cstring>
#include <map>
#include <memory>
#include <vector>

#include "block.h"
#include "core.h"
#include "fiber.h"
#include "shadow.h"
#include "source_line.h"

namespace emulation {

namespace {

constexpr int kMaxReports = 4;               // of races in one launch
constexpr uint32_t kLastStamp = 0xF0000000;  // then the marks start anew
constexpr size_t kMaxShadowBytes = size_t{1} << 28;
constexpr size_t kMaxShadows = 4096;
// Accesses and waits of one launch: minutes of emulation, so a loop that does not end.
constexpr uint64_t kMostSteps = uint64_t{1} << 32;

struct BlockStart {
  uint32_t stamp;
  dbl_dim3 index;
};

struct Judge {
  const dbl_launch* launch = nullptr;
  uintptr_t own_stack = 0;
  Now now{};
  uint32_t last_stamp = 0;
  int reports = 0;
  uint64_t steps = 0;
  std::vector<BlockStart> block_starts;
  std::unique_ptr<Shadow> shared;
  std::unique_ptr<Shadow> dynamic_shared;
  std::map<uintptr_t, std::unique_ptr<Shadow>> device;  // by base
  size_t device_shadow_bytes = 0;
  std::vector<Shadow*> touched;  // of device memory, in this launch
  std::array<Shadow*, 256> recent{};

  void forget() {
    shared.reset();
    dynamic_shared.reset();
    device.clear();
    touched.clear();
    recent.fill(nullptr);
  }
};

Judge judge_state;

// Thread and block that run now.
std::string place() {
  dbl_dim3 block = running_block->index();
  return running_block->thread_name(running_block->current().number) +
         dbl::format(" of block (%u,%u,%u)", block.x, block.y, block.z);
}

// Forgets shadows of blocks that were where a new one is now.
void forget_stale(Judge& judge, uintptr_t base, size_t bytes) {
  auto it = judge.device.lower_bound(base);
  if (it != judge.device.begin() && std::prev(it)->second->end() > base) {
    --it;
  }
  while (it != judge.device.end() && it->first < base + bytes) {
    it = judge.device.erase(it);
    judge.recent.fill(nullptr);
  }
}

// Shadow of the live device block around the address; null without one.
Shadow* device_shadow(Judge& judge, uintptr_t address, size_t bytes) {
  Shadow*& slot = judge.recent[(address >> 12) & 255];
  if (slot != nullptr && slot->contains(address, bytes)) {
    return slot;
  }
  dbl::Block block = dbl::find_block(reinterpret_cast<const void*>(address));
  if (block.base == nullptr) {
    return nullptr;
  }
  auto base = reinterpret_cast<uintptr_t>(block.base);
  auto it = judge.device.find(base);
  if (it == judge.device.end() || it->second->bytes() != block.bytes) {
    forget_stale(judge, base, block.bytes);
    it = judge.device.emplace(base, std::make_unique<Shadow>(base, block.bytes)).first;
    judge.device_shadow_bytes += it->second->mapped_bytes();
  }
  slot = it->second.get();
  return slot->contains(address, bytes) ? slot : nullptr;
}

// Who the earlier access of a clash was.
std::string earlier(const Judge& judge, Mark mark) {
  uint32_t who = who_of(mark);
  if (who == kSeveralBlocks) {
    return "threads of several blocks";
  }
  std::string text = who == kSeveralWarps ? "threads of several warps"
                     : is_one_thread(who) ? running_block->thread_name(who)
                                          : dbl::format("several lanes of warp %u", warp_of(who));
  if (stamp_of(mark) >= judge.now.block_start) {
    return text + " of the same block";
  }
  for (size_t i = judge.block_starts.size(); i-- > 0;) {
    if (judge.block_starts[i].stamp <= stamp_of(mark)) {
      dbl_dim3 index = judge.block_starts[i].index;
      return text + dbl::format(" of block (%u,%u,%u)", index.x, index.y, index.z);
    }
  }
  return text;
}

// Counts a report; false when this launch has had enough of them.
bool wants_report(Judge& judge) { return judge.reports++ < kMaxReports; }

void report(const Judge& judge, const std::string& text) {
  dbl::violation(std::string("kernel ") + judge.launch->kernel + ": " + text);
}

void report_race(Judge& judge, const Shadow& shadow, const Cell& cell, Mark mark, bool write,
                 bool was_write, const void* caller) {
  if (!wants_report(judge)) {
    return;
  }
  std::string memory = "shared memory";
  if (&shadow != judge.shared.get() && &shadow != judge.dynamic_shared.get()) {
    dbl::Block block = dbl::find_block(reinterpret_cast<const void*>(shadow.base()));
    memory = dbl::format("device block #%llu of %zu bytes",
                         static_cast<unsigned long long>(block.id), shadow.bytes());
  }
  report(judge, place() + (write ? " writes" : " reads") + source_line(*judge.launch, caller) +
                    dbl::format(" %zu bytes at offset %zu of ", shadow.cell_bytes(),
                                shadow.offset_of(&cell)) +
                    memory + ", which " + earlier(judge, mark) + (was_write ? " wrote" : " read") +
                    " without a barrier between them");
}

void judge_cells(Judge& judge, Shadow& shadow, uintptr_t address, size_t bytes, bool write,
                 const Now& now, const void* caller) {
  Shadow::Cells cells = shadow.cells(address, bytes);
  for (Cell* cell = cells.begin; cell != cells.end; cell++) {
    Mark written = cell->write;
    Mark clash = write ? note_write(*cell, now) : note_read(*cell, now);
    if (clash != 0) {
      report_race(judge, shadow, *cell, clash, write, clash == written, caller);
    }
  }
}

void judge_shared(Judge& judge, Shadow& shadow, uintptr_t address, size_t bytes, bool write,
                  const void* caller) {
  Now now = judge.now;
  now.launch_start = now.block_start;  // nothing of the blocks before counts
  if (!write) {
    Shadow::Cells cells = shadow.cells(address, bytes);
    for (Cell* cell = cells.begin; cell != cells.end; cell++) {
      if (stamp_of(cell->write) < now.block_start) {
        std::memset(reinterpret_cast<void*>(address), 0xFF, bytes);  // NaN, -1
        if (wants_report(judge)) {
          report(judge, place() + " reads" + source_line(*judge.launch, caller) +
                            dbl::format(" %zu bytes of shared memory at offset %zu", bytes,
                                        static_cast<size_t>(address - shadow.base())) +
                            " that no thread of the block has written");
        }
        break;
      }
    }
  }
  judge_cells(judge, shadow, address, bytes, write, now, caller);
}

// Where an access went that has no memory.
std::string describe_outside(uintptr_t address, size_t bytes) {
  std::string text = dbl::format(" %zu bytes at 0x%zx", bytes, static_cast<size_t>(address));
  // The nearest block at or below, within a guard zone's reach.
  constexpr uintptr_t kReach = 4096;
  for (uintptr_t near = address; near + kReach > address; near--) {
    dbl::Block block = dbl::find_block(reinterpret_cast<const void*>(near));
    if (block.base != nullptr) {
      return text + dbl::format(", %zu bytes after the start of device block #%llu of %zu bytes",
                                static_cast<size_t>(address -
                                                    reinterpret_cast<uintptr_t>(block.base)),
                                static_cast<unsigned long long>(block.id), block.bytes);
    }
  }
  bool device = dbl::is_device_address(reinterpret_cast<const void*>(address));
  return text + (device ? ", where no device block is live" : ", which is no device memory");
}

void judge_elsewhere(Judge& judge, uintptr_t address, size_t bytes, bool write,
                     const void* caller) {
  auto begin = reinterpret_cast<uintptr_t>(judge.launch->image_begin);
  auto end = reinterpret_cast<uintptr_t>(judge.launch->image_end);
  if (!write && address >= begin && address + bytes <= end) {
    return;  // constants of the module
  }
  running_block->fail(cudaErrorIllegalAddress,
                      place() + (write ? " writes" : " reads") +
                          source_line(*judge.launch, caller) + describe_outside(address, bytes));
}

void shadow_shared(std::unique_ptr<Shadow>& shadow, const char* memory, size_t bytes) {
  auto base = reinterpret_cast<uintptr_t>(memory);
  if (shadow == nullptr || shadow->base() != base || shadow->bytes() != bytes) {
    shadow = std::make_unique<Shadow>(base, bytes);
  }
}

}  // namespace

void begin_launch(const dbl_launch& launch, char* dynamic_shared) {
  Judge& judge = judge_state;
  if (judge.last_stamp > kLastStamp || judge.device_shadow_bytes > kMaxShadowBytes ||
      judge.device.size() > kMaxShadows) {
    judge.forget();
    judge.last_stamp = 0;
    judge.device_shadow_bytes = 0;
  }
  // Blocks of device memory may have come and gone since the launch before.
  judge.recent.fill(nullptr);
  judge.launch = &launch;
  judge.reports = 0;
  judge.steps = 0;
  judge.block_starts.clear();
  judge.touched.clear();
  judge.now.launch_start = ++judge.last_stamp;
  shadow_shared(judge.shared, launch.shared_begin,
                static_cast<size_t>(launch.shared_end - launch.shared_begin));
  shadow_shared(judge.dynamic_shared, dynamic_shared, launch.dynamic_shared_bytes);
}

void begin_block(dbl_dim3 index) {
  Judge& judge = judge_state;
  judge.now.block_start = ++judge.last_stamp;
  judge.now.stamp = judge.last_stamp;
  judge.block_starts.push_back({judge.last_stamp, index});
}

void next_stretch() { judge_state.now.stamp = ++judge_state.last_stamp; }

void end_launch() {
  Judge& judge = judge_state;
  if (judge.reports > kMaxReports) {
    dbl::violation(std::string("kernel ") + judge.launch->kernel +
                   dbl::format(": %d more such reports of this launch left out",
                               judge.reports - kMaxReports));
  }
  for (const Shadow* shadow : judge.touched) {
    dbl::Block block = dbl::find_block(reinterpret_cast<const void*>(shadow->base()));
    dbl::note_access(block, shadow->touched(dbl::Access::Read), dbl::Access::Read);
    dbl::note_access(block, shadow->touched(dbl::Access::Write), dbl::Access::Write);
  }
  judge.launch = nullptr;
}

void set_own_stack(uintptr_t begin) { judge_state.own_stack = begin; }

void count_step() {
  if (++judge_state.steps > kMostSteps) {
    running_block->fail(cudaErrorLaunchTimeout, place() + " still runs after very many steps");
  }
}

void judge(uintptr_t address, size_t bytes, bool write, const void* caller) {
  Judge& judge = judge_state;
  if (address - judge.own_stack < Fiber::kStackBytes || judge.launch == nullptr) {
    return;
  }
  count_step();
  judge.now.thread = running_block->current().number;
  judge.now.warp_epoch = running_block->warp_epoch();
  if (judge.shared->contains(address, bytes)) {
    judge_shared(judge, *judge.shared, address, bytes, write, caller);
    return;
  }
  if (judge.dynamic_shared->contains(address, bytes)) {
    judge_shared(judge, *judge.dynamic_shared, address, bytes, write, caller);
    return;
  }
  Shadow* shadow = device_shadow(judge, address, bytes);
  if (shadow == nullptr) {
    judge_elsewhere(judge, address, bytes, write, caller);
    return;
  }
  if (shadow->touch(judge.now.launch_start, address, bytes)) {
    judge.touched.push_back(shadow);
  }
  judge_cells(judge, *shadow, address, bytes, write, judge.now, caller);
}

void fail_at(const char* file, uint32_t line, const char* what) {
  running_block->fail(cudaErrorLaunchFailure,
                      place() + dbl::format(" at %s:%u: %s", file, line, what));
}

}  // namespace emulation
