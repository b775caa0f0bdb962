// Judges every memory access of a kernel: is there memory, was shared memory written before it is
// read, and does an unordered access of another thread touch the same bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "emulation_abi.h"

namespace emulation {

// Prepares for a launch; its blocks then run one after the other.
void begin_launch(const dbl_launch& launch, char* dynamic_shared);
// Also makes the shared memory of the block before count as not written.
void begin_block(dbl_dim3 index);
// A block barrier lies behind.
void next_stretch();
void end_launch();

// The stack of the thread that goes on now: its accesses there are its own affair.
void set_own_stack(uintptr_t begin);

// Called before the access happens. Returns when it may; else the launch ends.
void judge(uintptr_t address, size_t bytes, bool write, const void* caller);

// Ends the launch when it has taken very many steps.
void count_step();

// A misuse that the compiler's own checks found ("index 32 out of bounds"); ends the launch.
[[noreturn]] void fail_at(const char* file, uint32_t line, const char* what);

}  // namespace emulation
