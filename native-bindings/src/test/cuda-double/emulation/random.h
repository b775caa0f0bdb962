// Orders drawn from the double's seed.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

namespace emulation {

// splitmix64.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint32_t below(uint32_t bound) {
    state_ += 0x9E3779B97F4A7C15u;
    uint64_t z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return static_cast<uint32_t>(((z ^ (z >> 31)) >> 32) * bound >> 32);
  }

  void shuffle(std::vector<uint32_t>& values) {
    for (size_t i = values.size(); i > 1; i--) {
      std::swap(values[i - 1], values[below(static_cast<uint32_t>(i))]);
    }
  }

 private:
  uint64_t state_;
};

}  // namespace emulation
