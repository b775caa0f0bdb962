#include "queue.h"

#include <algorithm>
#include <set>

namespace dbl {
namespace {

struct Queue {
  std::vector<OpPtr> ready;
  size_t pending = 0;
  const Op* current = nullptr;
};

Queue& queue() {
  static Queue* instance = new Queue;
  return *instance;
}

void finish(const OpPtr& op) {
  op->done = true;
  op->work = nullptr;
  op->waits_for.clear();
  queue().pending--;
  for (auto& weak : op->followers) {
    OpPtr follower = weak.lock();
    if (follower != nullptr && --follower->unfinished == 0 && !follower->done) {
      queue().ready.push_back(follower);
    }
  }
  op->followers.clear();
}

// Runs one operation with the device's memory open.
void execute(const OpPtr& op) {
  int status = 0;
  if (op->work && sticky_error() == 0) {
    if (work_fault_due(&status)) {
      device_fault(status, "injected into " + op->description);
    } else if (ranges_valid(op->ranges, op->description + " (while running)")) {
      queue().current = op.get();
      note_ranges(*op);
      op->work();
      queue().current = nullptr;
      check_guard_zones(op->description);
    }
  }
  finish(op);
}

OpPtr take_ready(size_t index) {
  std::vector<OpPtr>& ready = queue().ready;
  OpPtr op = ready[index];
  ready[index] = ready.back();
  ready.pop_back();
  return op;
}

// The operations that must be done before the target, and the target.
std::set<const Op*> needed_for(const OpPtr& target) {
  std::set<const Op*> needed;
  std::vector<const Op*> open{target.get()};
  while (!open.empty()) {
    const Op* op = open.back();
    open.pop_back();
    if (!op->done && needed.insert(op).second) {
      for (auto& earlier : op->waits_for) {
        open.push_back(earlier.get());
      }
    }
  }
  return needed;
}

class OpenMemory {
 public:
  OpenMemory() { open_device_memory(); }
  ~OpenMemory() { close_device_memory(); }
};

void run_needed_for(const OpPtr& target) {
  OpenMemory open;
  // Either only what is needed, as late as possible for the rest, or anything that is ready.
  bool only_needed = random_below(2) == 0;
  std::set<const Op*> needed = only_needed ? needed_for(target) : std::set<const Op*>();
  std::vector<size_t> choice;
  while (!target->done) {
    choice.clear();
    for (size_t i = 0; i < queue().ready.size(); i++) {
      if (!only_needed || needed.count(queue().ready[i].get()) != 0) {
        choice.push_back(i);
      }
    }
    execute(take_ready(choice.at(random_below(choice.size()))));
  }
}

}  // namespace

bool ranges_valid(const std::vector<Range>& ranges, const std::string& who) {
  bool valid = true;
  for (const Range& range : ranges) {
    valid &= check_device_range(range.address, range.bytes, range.access,
                                (who + ", " + range.name).c_str());
  }
  return valid;
}

OpPtr submit(std::vector<Range> ranges, Work work, std::string description,
             const std::vector<OpPtr>& waits_for) {
  OpPtr op = std::make_shared<Op>();
  op->ranges = std::move(ranges);
  op->work = std::move(work);
  op->description = std::move(description);
  op->moment = next_moment(waits_for);
  for (const OpPtr& earlier : waits_for) {
    if (earlier != nullptr && !earlier->done) {
      op->waits_for.push_back(earlier);
      earlier->followers.push_back(op);
      op->unfinished++;
    }
  }
  queue().pending++;
  if (op->unfinished == 0) {
    queue().ready.push_back(op);
  }
  return op;
}

void run_until(const OpPtr& target) {
  if (target == nullptr) {
    return;
  }
  if (!target->done) {
    run_needed_for(target);
  }
  host_waited_for(target);
}

void run_some() {
  if (queue().ready.empty()) {
    return;
  }
  OpenMemory open;
  for (uint64_t steps = 1 + random_below(4); steps > 0 && !queue().ready.empty(); steps--) {
    execute(take_ready(random_below(queue().ready.size())));
  }
}

void maybe_run_early() {
  if (seed() != 0 && random_below(4) == 0) {
    run_some();
  }
}

void drain_all() {
  Guard guard(lock());
  if (queue().pending != 0) {
    OpenMemory open;
    while (!queue().ready.empty()) {
      execute(take_ready(random_below(queue().ready.size())));
    }
  }
  host_waited_for_all();
}

size_t pending_ops() { return queue().pending; }

const Op* current_op() { return queue().current; }

const char* current_work() {
  return queue().current == nullptr ? "" : queue().current->description.c_str();
}

void reset_queue() {
  // Finishing in order takes the chains apart without deep recursion.
  while (!queue().ready.empty()) {
    finish(take_ready(queue().ready.size() - 1));
  }
}

}  // namespace dbl
