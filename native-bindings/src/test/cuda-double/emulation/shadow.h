// Who touched which bytes of device or shared memory since the start of a launch, and whether two
// threads that are not ordered by a barrier meet there.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "core.h"

namespace emulation {

// A moment and a thread, in one word: which block and which stretch between two block barriers
// (`stamp`, ever growing), which stretch between two warp operations, and the thread.
using Mark = uint64_t;

constexpr uint32_t kSeveralBlocks = 0xFFE;
constexpr uint32_t kSeveralWarps = 0xFFF;
constexpr uint32_t kSeveralLanes = 0x800;  // + warp

constexpr Mark make_mark(uint32_t stamp, uint32_t warp_epoch, uint32_t who) {
  return (static_cast<Mark>(stamp) << 32) | ((warp_epoch & 0xFFFFFu) << 12) | who;
}
constexpr uint32_t stamp_of(Mark mark) { return static_cast<uint32_t>(mark >> 32); }
constexpr uint32_t warp_epoch_of(Mark mark) { return static_cast<uint32_t>(mark >> 12) & 0xFFFFFu; }
constexpr uint32_t who_of(Mark mark) { return static_cast<uint32_t>(mark) & 0xFFFu; }
constexpr bool is_one_thread(uint32_t who) { return who < 0x400; }
// Warp of a mark that is one thread or several lanes of one warp.
constexpr uint32_t warp_of(uint32_t who) { return is_one_thread(who) ? who / 32 : who - kSeveralLanes; }

// The moment of the access that is judged.
struct Now {
  uint32_t launch_start;  // marks with smaller stamps are of earlier launches: ordered
  uint32_t block_start;   // of the launch, but smaller than this: another block
  uint32_t stamp;
  uint32_t warp_epoch;
  uint32_t thread;  // linear index in its block

  Mark mark() const { return make_mark(stamp, warp_epoch, thread); }
};

// Last write and last read (or "several") of some bytes.
struct Cell {
  Mark write = 0;
  Mark read = 0;
};

// The earlier access that clashes with a read now, 0 = none; the read is noted.
Mark note_read(Cell& cell, const Now& now);
// The earlier access that clashes with a write now, 0 = none; the write is noted.
Mark note_write(Cell& cell, const Now& now);

// Cells of one piece of memory: one for 4 bytes, until an access is smaller or not aligned to 4;
// then one for each byte.
class Shadow {
 public:
  Shadow(uintptr_t base, size_t bytes);
  ~Shadow();
  Shadow(const Shadow&) = delete;
  Shadow& operator=(const Shadow&) = delete;

  uintptr_t base() const { return base_; }
  size_t bytes() const { return bytes_; }
  uintptr_t end() const { return base_ + bytes_; }
  bool contains(uintptr_t address, size_t size) const {
    return address - base_ <= bytes_ && size <= bytes_ - (address - base_);
  }

  // First and one past the last cell of the bytes, which lie inside.
  struct Cells {
    Cell* begin;
    Cell* end;
  };
  Cells cells(uintptr_t address, size_t size) {
    size_t offset = address - base_;
    if (shift_ != 0 && ((offset | size) & 3) != 0) {
      refine();
    }
    return {cells_ + (offset >> shift_), cells_ + ((offset + size + (1u << shift_) - 1) >> shift_)};
  }
  // Between which bytes the launch that began at this stamp has touched it. True when it is the
  // first touch of the launch.
  bool touch(uint32_t launch_start, uintptr_t address, size_t size) {
    bool first = launch_start != touched_by_;
    if (first) {
      touched_by_ = launch_start;
      touched_ = kNothing;
    }
    touched_.begin = std::min(touched_.begin, address - base_);
    touched_.end = std::max(touched_.end, address - base_ + size);
    return first;
  }
  // What that launch has read or written so far: pieces, ascending and apart.
  std::vector<dbl::Piece> touched(dbl::Access access) const;

  // Offset in the memory of the first byte of a cell.
  size_t offset_of(const Cell* cell) const { return static_cast<size_t>(cell - cells_) << shift_; }
  size_t cell_bytes() const { return size_t{1} << shift_; }
  size_t mapped_bytes() const { return mapped_; }

 private:
  static constexpr dbl::Piece kNothing{SIZE_MAX, 0};

  void refine();

  uintptr_t base_;
  size_t bytes_;
  unsigned shift_ = 2;
  uint32_t touched_by_ = 0;
  dbl::Piece touched_ = kNothing;
  size_t mapped_;
  Cell* cells_;
};

}  // namespace emulation
