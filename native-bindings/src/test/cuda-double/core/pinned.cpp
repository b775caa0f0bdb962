// Page-locked host memory.
#include <cstdlib>
#include <cstring>
#include <map>

#include "state.h"

namespace dbl {
namespace {

std::map<char*, size_t>& blocks() {
  static auto* instance = new std::map<char*, size_t>;
  return *instance;
}

constexpr size_t kAlignment = 4096;

}  // namespace

void* pinned_allocate(size_t bytes) {
  Guard guard(lock());
  size_t length = (bytes + kAlignment - 1) / kAlignment * kAlignment;
  char* block = static_cast<char*>(aligned_alloc(kAlignment, length == 0 ? kAlignment : length));
  if (block != nullptr) {
    memset(block, 0xFF, length);
    blocks()[block] = bytes;
  }
  return block;
}

bool pinned_free(void* address) {
  Guard guard(lock());
  if (blocks().erase(static_cast<char*>(address)) == 0) {
    violation(format("release of %p, which is no live page-locked block", address));
    return false;
  }
  free(address);
  return true;
}

bool is_pinned(const void* address, size_t bytes) {
  Guard guard(lock());
  char* at = const_cast<char*>(static_cast<const char*>(address));
  auto it = blocks().upper_bound(at);
  if (it == blocks().begin()) {
    return false;
  }
  --it;
  return at + bytes <= it->first + it->second;
}

size_t pinned_live_bytes() {
  size_t sum = 0;
  for (auto& [start, bytes] : blocks()) {
    sum += bytes;
  }
  return sum;
}

void reset_pinned() {
  for (auto& [start, bytes] : blocks()) {
    free(start);
  }
  blocks().clear();
}

void report_pinned(std::string& out) {
  for (auto& [start, bytes] : blocks()) {
    out += format("page-locked block at %p: %zu bytes\n", static_cast<void*>(start), bytes);
  }
}

}  // namespace dbl
