// Element types of device arrays, read into and rounded from double.
#pragma once

#include <cstddef>

namespace numerics {

enum class Format { kFloat32, kFloat64, kFloat16, kBFloat16 };

std::size_t byte_size(Format format);

// n elements of an array of any alignment, widened exactly.
void widen(Format format, const void* from, std::size_t n, double* to);

// Rounds to nearest, ties to even; too large values become infinities. One rounding, straight from
// double, so a half result does not depend on a detour over float.
void narrow(Format format, const double* from, std::size_t n, void* to);

double rounded(Format format, double value);

}  // namespace numerics
