// Sizes of workspace and reserve space, and what forward leaves in the reserve space.
//
// The reserve space holds a header with fingerprints and then the activations in double. Backward
// checks the header, so a reserve space that is missing, of another shape, overwritten or used in the
// wrong order is a violation, and so are inputs that changed since forward.
#pragma once

#include <cstddef>
#include <cstdint>

#include "lstm_math.h"

namespace cudnn_double {

std::size_t workspace_bytes(const LstmShape& shape, bool training, bool dropout);
std::size_t reserve_bytes(const LstmShape& shape, bool dropout);

// 64-bit hash of bytes; 0 for a null address.
std::uint64_t fingerprint(const void* bytes, std::size_t size);

enum class Stage : std::uint64_t { kForward = 1, kDataGradients = 2 };

// Hashes of arrays that must not change between forward and backward.
struct Inputs {
  std::uint64_t x;
  std::uint64_t y;
  std::uint64_t hx;
  std::uint64_t cx;
  std::uint64_t weights;
};

class Reserve {
 public:
  Reserve(const LstmShape& shape, numerics::Format format, bool dropout, void* space)
      : shape_(shape), format_(format), dropout_(dropout), space_(space) {}

  void write(Stage stage, const Inputs& inputs, const Activations& kept);

  // Reads what `stage` left. False, with a violation that names `who`, if the space holds no such
  // thing.
  bool read(Stage stage, const char* who, Inputs& inputs, Activations& kept) const;

 private:
  LstmShape shape_;
  numerics::Format format_;
  bool dropout_;
  void* space_;
};

}  // namespace cudnn_double
