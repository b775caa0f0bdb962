// Page-locked sources of copies that have run, but that the host has not waited for: it must not
// change them yet, though by luck the copy was early enough.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace dbl {

// The host knows what the clock says: reports sources of finished copies that have changed.
void settle_sources(uint64_t era, const std::vector<uint32_t>& host);
// Forgets sources that overlap the range, which somebody else may write.
void forget_sources(const void* address, size_t bytes);
void reset_sources();

}  // namespace dbl
