// Page-locked host memory.
#include <cstdlib>
#include <cstring>
#include <map>

#include "order.h"
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
  Block block = find_pinned(address);
  if (block.base == nullptr || block.base != address) {
    violation(format("release of %p, which is no live page-locked block", address));
    return false;
  }
  forget_pinned(block.base, block.bytes);
  blocks().erase(block.base);
  free(address);
  return true;
}

Block find_pinned(const void* address) {
  char* at = const_cast<char*>(static_cast<const char*>(address));
  auto it = blocks().upper_bound(at);
  if (it == blocks().begin()) {
    return {nullptr, 0, 0};
  }
  --it;
  return at < it->first + it->second ? Block{it->first, it->second, 0} : Block{nullptr, 0, 0};
}

bool is_pinned(const void* address, size_t bytes) {
  Guard guard(lock());
  Block block = find_pinned(address);
  const char* at = static_cast<const char*>(address);
  return block.base != nullptr && at + bytes <= block.base + block.bytes;
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
