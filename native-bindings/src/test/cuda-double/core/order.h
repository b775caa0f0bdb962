// Which work is ordered before which, by streams, events, graphs and the host's waits, and whether
// work that is not ordered meets in the same memory. A clock says how far each chain of work has
// come: a chain is a sequence of operations that follow each other, such as a stream's.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core.h"

namespace dbl {

struct Op;
using OpPtr = std::shared_ptr<Op>;

// When an operation happens. Comparisons hold within one era: when the host has waited for all
// work, an era ends, and all of it is ordered before whatever follows.
struct Moment {
  uint64_t era = 0;
  uint32_t chain = 0;
  uint32_t tick = 0;
  std::vector<uint32_t> seen;  // of each chain, the last tick that is ordered before
};

// The moment of an operation that follows those of `after` (finished ones too; may hold nulls) and
// what the host has waited for.
Moment next_moment(const std::vector<OpPtr>& after);

// The host has waited for the operation, or for all work.
void host_waited_for(const OpPtr& op);
void host_waited_for_all();

// Notes what the operation's declared ranges touch, and reports what is not ordered with it.
void note_ranges(const Op& op);

// The page-locked block is released: reports work on it that the host has not waited for.
void forget_pinned(const void* block, size_t bytes);

void reset_order();

}  // namespace dbl
