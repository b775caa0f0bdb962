#include "sources.h"

#include <string>

#include "queue.h"
#include "streams.h"

namespace dbl {
namespace {

struct Source {
  const char* address;
  size_t bytes;
  uint64_t fingerprint;
  uint64_t era;
  uint32_t chain;
  uint32_t tick;
  std::string who;
};

std::vector<Source>& sources() {
  static auto* instance = new std::vector<Source>;
  return *instance;
}

bool is_known(const Source& source, uint64_t era, const std::vector<uint32_t>& host) {
  return source.era != era || (source.chain < host.size() && host[source.chain] >= source.tick);
}

}  // namespace

// FNV-1a.
uint64_t fingerprint(const void* address, size_t bytes) {
  const auto* at = static_cast<const unsigned char*>(address);
  uint64_t hash = 1469598103934665603u;
  for (size_t i = 0; i < bytes; i++) {
    hash = (hash ^ at[i]) * 1099511628211u;
  }
  return hash;
}

void source_was_read(const void* address, size_t bytes, uint64_t fingerprint) {
  Guard guard(lock());
  if (const Op* op = current_op()) {
    sources().push_back({static_cast<const char*>(address), bytes, fingerprint, op->moment.era,
                         op->moment.chain, op->moment.tick, op->description});
  }
}

void settle_sources(uint64_t era, const std::vector<uint32_t>& host) {
  std::vector<Source>& all = sources();
  for (size_t i = 0; i < all.size();) {
    if (!is_known(all[i], era, host)) {
      i++;
      continue;
    }
    if (fingerprint(all[i].address, all[i].bytes) != all[i].fingerprint) {
      violation(all[i].who + ": the host changed the source before it waited for the copy");
    }
    all[i] = std::move(all.back());
    all.pop_back();
  }
}

void forget_sources(const void* address, size_t bytes) {
  const char* at = static_cast<const char*>(address);
  std::vector<Source>& all = sources();
  for (size_t i = 0; i < all.size();) {
    if (all[i].address < at + bytes && at < all[i].address + all[i].bytes) {
      all[i] = std::move(all.back());
      all.pop_back();
    } else {
      i++;
    }
  }
}

void reset_sources() { sources().clear(); }

}  // namespace dbl
