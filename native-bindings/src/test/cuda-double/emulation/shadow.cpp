#include "shadow.h"

#include <sys/mman.h>

#include <cstdlib>
#include <new>

namespace emulation {

namespace {

// Whether an earlier access of this block by `mark` is not ordered before the one now.
bool meets_in_block(Mark mark, const Now& now) {
  if (stamp_of(mark) != now.stamp) {
    return false;  // a block barrier lies between
  }
  uint32_t who = who_of(mark);
  if (who == now.thread) {
    return false;
  }
  if (who == kSeveralWarps || warp_of(who) != now.thread / 32) {
    return true;
  }
  return warp_epoch_of(mark) == now.warp_epoch;  // else a warp operation lies between
}

bool meets(Mark mark, const Now& now) {
  uint32_t stamp = stamp_of(mark);
  if (stamp < now.launch_start) {
    return false;
  }
  // Blocks of one launch are never ordered.
  return stamp < now.block_start || who_of(mark) == kSeveralBlocks || meets_in_block(mark, now);
}

Mark joined_readers(Mark before, const Now& now) {
  uint32_t stamp = stamp_of(before);
  uint32_t who = who_of(before);
  if (stamp < now.launch_start) {
    return now.mark();
  }
  if (who == kSeveralBlocks || stamp < now.block_start) {
    return make_mark(now.stamp, 0, kSeveralBlocks);
  }
  if (stamp < now.stamp || who == now.thread) {
    return now.mark();
  }
  uint32_t warp = now.thread / 32;
  if (who == kSeveralWarps || warp_of(who) != warp) {
    return make_mark(now.stamp, 0, kSeveralWarps);
  }
  // Readers before the last warp operation are ordered before this warp's later writes, and for
  // other warps one reader of this warp is as good as many.
  return warp_epoch_of(before) == now.warp_epoch
             ? make_mark(now.stamp, now.warp_epoch, kSeveralLanes + warp)
             : now.mark();
}

// Small ones come and go with every run of a test.
constexpr size_t kSmall = size_t{1} << 16;

Cell* map_cells(size_t bytes) {
  if (bytes < kSmall) {
    return static_cast<Cell*>(calloc(1, bytes));
  }
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) {
    throw std::bad_alloc();
  }
  return static_cast<Cell*>(memory);
}

void unmap_cells(Cell* cells, size_t bytes) {
  if (bytes < kSmall) {
    free(cells);
  } else {
    munmap(cells, bytes);
  }
}

}  // namespace

Mark note_read(Cell& cell, const Now& now) {
  Mark clash = meets(cell.write, now) ? cell.write : 0;
  cell.read = joined_readers(cell.read, now);
  return clash;
}

Mark note_write(Cell& cell, const Now& now) {
  Mark clash = 0;
  if (meets(cell.write, now)) {
    clash = cell.write;
  } else if (meets(cell.read, now)) {
    clash = cell.read;
  }
  cell.write = now.mark();
  return clash;
}

Shadow::Shadow(uintptr_t base, size_t bytes)
    : base_(base), bytes_(bytes), mapped_((bytes / 4 + 1) * sizeof(Cell)) {
  cells_ = map_cells(mapped_);
}

Shadow::~Shadow() { unmap_cells(cells_, mapped_); }

std::vector<dbl::Piece> Shadow::touched(dbl::Access access) const {
  std::vector<dbl::Piece> pieces;
  for (size_t i = touched_.begin >> shift_; i < (touched_.end + cell_bytes() - 1) >> shift_; i++) {
    Mark mark = access == dbl::Access::Write ? cells_[i].write : cells_[i].read;
    if (stamp_of(mark) < touched_by_) {
      continue;
    }
    size_t begin = i << shift_;
    size_t end = std::min(begin + cell_bytes(), bytes_);
    if (!pieces.empty() && pieces.back().end == begin) {
      pieces.back().end = end;
    } else {
      pieces.push_back({begin, end});
    }
  }
  return pieces;
}

void Shadow::refine() {
  size_t coarse = mapped_ / sizeof(Cell);
  size_t bytes = coarse * 4 * sizeof(Cell);
  Cell* fine = map_cells(bytes);
  for (size_t i = 0; i < coarse; i++) {
    if (cells_[i].write != 0 || cells_[i].read != 0) {
      for (size_t j = 0; j < 4; j++) {
        fine[4 * i + j] = cells_[i];
      }
    }
  }
  unmap_cells(cells_, mapped_);
  cells_ = fine;
  mapped_ = bytes;
  shift_ = 0;
}

}  // namespace emulation
