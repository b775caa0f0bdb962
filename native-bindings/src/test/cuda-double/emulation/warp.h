// Warp operations: shuffles, votes and warp barriers.
#pragma once

#include "block.h"

namespace emulation {

// Result of a shuffle that reads a lane outside its mask or one that has returned.
constexpr uint64_t kUnknownLane = 0xFFF7DEADBEEF5EEDu;

// Lets the lanes of the operation's mask go on, with results, when all of them that have not
// returned wait at the same place. `lanes` threads of one warp.
bool finish_group(Thread* warp, uint32_t lanes, const Wait& operation);

const char* warp_operation_name(int kind);

}  // namespace emulation
