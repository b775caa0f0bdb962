// Device memory: one reserved range of addresses, blocks with guard zones, nothing used twice until
// the whole range has been handed out.
#include <sys/mman.h>

#include <cstdlib>
#include <cstring>
#include <deque>
#include <map>
#include <string>

#include "state.h"

namespace dbl {
namespace {

constexpr size_t kRange = size_t{1} << 38;  // addresses only, no memory
constexpr size_t kPage = 4096;
constexpr size_t kGuard = 512;
constexpr int kPoison = 0xFF;       // NaN as float, double and half; -1 as an integer
constexpr int kGuardPattern = 0xFD;  // also NaN

struct Region {
  char* start;  // page
  size_t length;
  char* base;
  size_t bytes;
  uint64_t id;
  bool live;
  bool blamed;
};

struct Memory {
  char* range = nullptr;
  char* next = nullptr;
  std::map<char*, Region> regions;  // by page start, live and recently released
  std::map<char*, Region*> live;
  std::deque<char*> released;
  size_t released_bytes = 0;
  uint64_t last_id = 0;
  size_t live_bytes = 0;
  size_t live_blocks = 0;
  size_t limit = size_t{8} << 30;
  int open_depth = 0;
};

Memory& memory() {
  static Memory* instance = new Memory;
  return *instance;
}

constexpr size_t kQuarantineBytes = size_t{64} << 20;
constexpr size_t kQuarantineBlocks = 512;

size_t round_up(size_t value, size_t unit) { return (value + unit - 1) / unit * unit; }

void reserve_range() {
  Memory& m = memory();
  if (m.range != nullptr) {
    return;
  }
  void* at = mmap(nullptr, kRange, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at == MAP_FAILED) {
    abort();
  }
  m.range = static_cast<char*>(at);
  m.next = m.range;
}

// One call for all of the used addresses, so that their number of pieces does not matter.
void protect_used(int protection) {
  Memory& m = memory();
  if (!m.regions.empty()) {
    const Region& last = m.regions.rbegin()->second;
    char* first = m.regions.begin()->first;
    mprotect(first, static_cast<size_t>(last.start + last.length - first), protection);
  }
}

// The region whose pages hold the address, or null.
Region* region_of(const void* address) {
  Memory& m = memory();
  char* at = const_cast<char*>(static_cast<const char*>(address));
  auto it = m.regions.upper_bound(at);
  if (it == m.regions.begin()) {
    return nullptr;
  }
  Region& r = std::prev(it)->second;
  return at < r.start + r.length ? &r : nullptr;
}

// Lowest start from which `length` bytes of addresses are free; goes round the range.
char* find_addresses(size_t length) {
  Memory& m = memory();
  for (int round = 0; round < 2; round++) {
    char* at = m.next;
    for (auto it = m.regions.lower_bound(at); it != m.regions.end(); ++it) {
      if (it->second.start >= at + length) {
        break;
      }
      at = it->second.start + it->second.length;
    }
    if (at + length <= m.range + kRange) {
      return at;
    }
    m.next = m.range;
  }
  return nullptr;
}

bool zone_intact(const char* zone) {
  static const std::string intact(kGuard, static_cast<char>(kGuardPattern));
  return memcmp(zone, intact.data(), kGuard) == 0;
}

// Released blocks keep their addresses for a while, so that late uses are explained.
void quarantine(Region& r) {
  Memory& m = memory();
  m.released.push_back(r.start);
  m.released_bytes += r.length;
  while (m.released_bytes > kQuarantineBytes || m.released.size() > kQuarantineBlocks) {
    Region& oldest = m.regions.at(m.released.front());
    m.released_bytes -= oldest.length;
    m.regions.erase(oldest.start);
    m.released.pop_front();
  }
}

std::string nearest(const void* address) {
  Region* r = region_of(address);
  if (r == nullptr) {
    return is_device_address(address) ? "no block there" : "not an address of the device";
  }
  long offset = static_cast<long>(static_cast<const char*>(address) - r->base);
  return format("%s block %lu of %zu bytes, at offset %ld", r->live ? "live" : "released",
                static_cast<unsigned long>(r->id), r->bytes, offset);
}

}  // namespace

bool is_device_address(const void* address) {
  Memory& m = memory();
  const char* at = static_cast<const char*>(address);
  return m.range != nullptr && at >= m.range && at < m.range + kRange;
}

Block find_block(const void* address) {
  Guard guard(lock());
  Region* r = region_of(address);
  const char* at = static_cast<const char*>(address);
  if (r == nullptr || !r->live || at < r->base || at >= r->base + r->bytes) {
    return {nullptr, 0, 0};
  }
  return {r->base, r->bytes, r->id};
}

bool is_device_range(const void* address, size_t bytes) {
  if (bytes == 0) {
    return true;
  }
  Guard guard(lock());
  Block block = find_block(address);
  const char* at = static_cast<const char*>(address);
  return block.base != nullptr && bytes <= static_cast<size_t>(block.base + block.bytes - at);
}

bool check_device_range(const void* address, size_t bytes, Access access, const char* who) {
  if (is_device_range(address, bytes)) {
    return true;
  }
  violation(format("%s: %s of %zu bytes at %p outside a live device block (%s)", who,
                   access == Access::Read ? "read" : "write", bytes, address,
                   nearest(address).c_str()));
  return false;
}

void* device_allocate(size_t bytes) {
  Guard guard(lock());
  Memory& m = memory();
  reserve_range();
  if (bytes > m.limit || m.live_bytes > m.limit - bytes) {
    return nullptr;
  }
  size_t length = round_up(bytes + 2 * kGuard, kPage);
  char* start = find_addresses(length);
  if (start == nullptr) {
    return nullptr;
  }
  m.next = start + length;
  Region r{start, length, start + kGuard, bytes, ++m.last_id, true, false};
  mprotect(start, length, PROT_READ | PROT_WRITE);
  memset(r.start, kGuardPattern, r.length);
  memset(r.base, kPoison, r.bytes);
  if (m.open_depth == 0) {
    mprotect(start, length, PROT_NONE);
  }
  m.regions[start] = r;
  m.live[start] = &m.regions[start];
  m.live_bytes += bytes;
  m.live_blocks++;
  return r.base;
}

bool device_free(void* address) {
  Guard guard(lock());
  Memory& m = memory();
  Region* r = region_of(address);
  if (r == nullptr || !r->live || r->base != address) {
    violation(format("release of %p, which is no live device block (%s)", address,
                     nearest(address).c_str()));
    return false;
  }
  open_device_memory();
  check_guard_zones("before a release");
  close_device_memory();
  r->live = false;
  m.live.erase(r->start);
  // No access to it gets past the table of blocks, and opening memory takes time for each page.
  madvise(r->start, r->length, MADV_DONTNEED);
  m.live_bytes -= r->bytes;
  m.live_blocks--;
  quarantine(*r);
  return true;
}

size_t device_live_bytes() { return memory().live_bytes; }
size_t device_live_blocks() { return memory().live_blocks; }
size_t device_memory_total() { return memory().limit; }
void set_memory_limit(size_t bytes) { memory().limit = bytes; }

void open_device_memory() {
  Memory& m = memory();
  if (m.open_depth++ == 0) {
    protect_used(PROT_READ | PROT_WRITE);
  }
}

void close_device_memory() {
  Memory& m = memory();
  if (--m.open_depth == 0) {
    protect_used(PROT_NONE);
  }
}

void check_guard_zones(const std::string& who) {
  for (auto& [start, region] : memory().live) {
    Region& r = *region;
    if (r.blamed) {
      continue;
    }
    char* end = r.base + r.bytes;
    bool before = zone_intact(r.start);
    if (before && zone_intact(end)) {
      continue;
    }
    r.blamed = true;
    violation(format("%s: bytes %s block %lu of %zu bytes were overwritten", who.c_str(),
                     before ? "after" : "before", static_cast<unsigned long>(r.id), r.bytes));
  }
}

DeviceAccess::DeviceAccess() {
  lock().lock();
  open_device_memory();
}

DeviceAccess::~DeviceAccess() {
  close_device_memory();
  lock().unlock();
}

void reset_memory() {
  Memory& m = memory();
  for (auto& [start, r] : m.regions) {
    madvise(r.start, r.length, MADV_DONTNEED);
  }
  m.regions.clear();
  m.live.clear();
  m.released.clear();
  m.released_bytes = 0;
  m.live_bytes = 0;
  m.live_blocks = 0;
  m.limit = size_t{8} << 30;
}

void report_memory(std::string& out) {
  for (auto& [start, r] : memory().regions) {
    if (r.live) {
      out += format("device block %lu: %zu bytes\n", static_cast<unsigned long>(r.id), r.bytes);
    }
  }
}

}  // namespace dbl
