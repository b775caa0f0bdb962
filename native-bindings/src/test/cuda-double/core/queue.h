// Queued work and its order. An operation runs when all operations that it waits for are done;
// which of several ready ones runs next is drawn at random.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "order.h"
#include "state.h"

namespace dbl {

struct Op {
  std::vector<Range> ranges;
  Work work;  // may be empty: only order
  std::string description;
  std::vector<Range> host_ranges;  // of page-locked memory
  Moment moment;
  std::vector<OpPtr> waits_for;  // unfinished ones only; emptied when this is done
  std::vector<std::weak_ptr<Op>> followers;
  int unfinished = 0;
  bool done = false;
};

// Makes an operation that waits for those of `waits_for` that are not done, and queues it. (Those
// that are done still count for its place in the order.)
OpPtr submit(std::vector<Range> ranges, Work work, std::string description,
             const std::vector<OpPtr>& waits_for);

// Runs at least the operations that the target needs, and the target.
void run_until(const OpPtr& target);

// What a GPU may have done by itself meanwhile: runs a few ready operations, at least one if any.
void run_some();

// After submissions: with some seeds, work runs as soon as possible.
void maybe_run_early();

bool ranges_valid(const std::vector<Range>& ranges, const std::string& who);

// The operation that runs now, or null.
const Op* current_op();

size_t pending_ops();

}  // namespace dbl
