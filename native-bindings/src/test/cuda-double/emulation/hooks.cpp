// The calls that the compiler puts before each memory access of a kernel (-fsanitize=thread), and
// into its checks of indices, shifts, divisions and alignment (-fsanitize=bounds and others).
#include <cstddef>
#include <cstdint>

#include "access.h"
#include "cuda_types.h"

using emulation::judge;

namespace {

uintptr_t number(const void* address) { return reinterpret_cast<uintptr_t>(address); }

// First part of what the compiler hands to each of its checks.
struct SourceLocation {
  const char* file;
  uint32_t line;
  uint32_t column;
};

[[noreturn]] void fail(void* data, const char* what) {
  auto* location = static_cast<SourceLocation*>(data);
  emulation::fail_at(location->file, location->line, what);
}

}  // namespace

#define ACCESS_HOOKS(bytes)                                             \
  DBL_EXPORT void __tsan_read##bytes(void* address) {                   \
    judge(number(address), bytes, false, __builtin_return_address(0));  \
  }                                                                     \
  DBL_EXPORT void __tsan_write##bytes(void* address) {                  \
    judge(number(address), bytes, true, __builtin_return_address(0));   \
  }                                                                     \
  DBL_EXPORT void __tsan_volatile_read##bytes(void* address) {          \
    judge(number(address), bytes, false, __builtin_return_address(0));  \
  }                                                                     \
  DBL_EXPORT void __tsan_volatile_write##bytes(void* address) {         \
    judge(number(address), bytes, true, __builtin_return_address(0));   \
  }                                                                     \
  DBL_EXPORT void __tsan_unaligned_read##bytes(void* address) {         \
    judge(number(address), bytes, false, __builtin_return_address(0));  \
  }                                                                     \
  DBL_EXPORT void __tsan_unaligned_write##bytes(void* address) {        \
    judge(number(address), bytes, true, __builtin_return_address(0));   \
  }

ACCESS_HOOKS(1)
ACCESS_HOOKS(2)
ACCESS_HOOKS(4)
ACCESS_HOOKS(8)
ACCESS_HOOKS(16)

DBL_EXPORT void __tsan_read_range(void* address, size_t bytes) {
  judge(number(address), bytes, false, __builtin_return_address(0));
}
DBL_EXPORT void __tsan_write_range(void* address, size_t bytes) {
  judge(number(address), bytes, true, __builtin_return_address(0));
}

DBL_EXPORT void __tsan_init() {}
DBL_EXPORT void __tsan_func_entry(void*) {}
DBL_EXPORT void __tsan_func_exit(void*) {}

DBL_EXPORT void __ubsan_handle_out_of_bounds(void* data, void*) {
  fail(data, "index out of the array's bounds");
}
DBL_EXPORT void __ubsan_handle_shift_out_of_bounds(void* data, void*, void*) {
  fail(data, "shift by the type's width or more, or by less than 0");
}
DBL_EXPORT void __ubsan_handle_divrem_overflow(void* data, void*, void*) {
  fail(data, "division by zero or with an overflow");
}
DBL_EXPORT void __ubsan_handle_type_mismatch_v1(void* data, void*) {
  fail(data, "address not aligned for its type");
}
