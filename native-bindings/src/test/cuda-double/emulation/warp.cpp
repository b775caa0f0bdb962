#include "warp.h"

namespace emulation {

namespace {

// Source lane of a shuffle, as CUDA defines it for sub-warps of `width` lanes.
uint32_t source_lane(uint32_t lane, const Wait& wait) {
  auto width = static_cast<uint32_t>(wait.width);
  auto argument = static_cast<uint32_t>(wait.argument);
  uint32_t base = lane & ~(width - 1);
  uint32_t last = base + width - 1;
  switch (wait.kind) {
    case DBL_WARP_SHUFFLE:
      return base + (argument & (width - 1));
    case DBL_WARP_UP:
      return lane - base < argument ? lane : lane - argument;
    case DBL_WARP_DOWN:
      return lane + argument > last ? lane : lane + argument;
    default:
      return (lane ^ argument) > last ? lane : lane ^ argument;
  }
}

uint64_t vote(int kind, uint32_t members, uint32_t votes) {
  switch (kind) {
    case DBL_WARP_BALLOT:
      return votes;
    case DBL_WARP_ALL:
      return votes == members ? 1 : 0;
    case DBL_WARP_ANY:
      return votes != 0 ? 1 : 0;
    default:
      return 0;
  }
}

bool is_shuffle(int kind) { return kind >= DBL_WARP_SHUFFLE && kind <= DBL_WARP_XOR; }

}  // namespace

bool finish_group(Thread* warp, uint32_t lanes, const Wait& operation) {
  const Wait place = operation;
  uint32_t members = 0;
  uint32_t votes = 0;
  for (uint32_t lane = 0; lane < 32; lane++) {
    if (((place.mask >> lane) & 1) == 0) {
      continue;
    }
    if (lane >= lanes) {
      return false;
    }
    if (warp[lane].state == State::Done) {
      continue;
    }
    if (warp[lane].state != State::AtWarp || !warp[lane].wait.same_place(place)) {
      return false;
    }
    members |= 1u << lane;
    votes |= warp[lane].wait.bits != 0 ? 1u << lane : 0;
  }
  uint64_t result = vote(place.kind, members, votes);
  for (uint32_t lane = 0; lane < lanes; lane++) {
    if (((members >> lane) & 1) == 0) {
      continue;
    }
    if (is_shuffle(place.kind)) {
      uint32_t source = source_lane(lane, warp[lane].wait);
      bool known = source < 32 && ((members >> source) & 1) != 0;
      warp[lane].result = known ? warp[source].wait.bits : kUnknownLane;
    } else {
      warp[lane].result = result;
    }
    warp[lane].state = State::Ready;
  }
  return true;
}

const char* warp_operation_name(int kind) {
  switch (kind) {
    case DBL_WARP_SYNC:
      return "warp barrier";
    case DBL_WARP_BALLOT:
    case DBL_WARP_ALL:
    case DBL_WARP_ANY:
      return "vote";
    default:
      return "shuffle";
  }
}

}  // namespace emulation
