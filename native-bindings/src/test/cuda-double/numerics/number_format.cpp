#include "number_format.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

namespace numerics {
namespace {

// A 16-bit binary format: sign, exponent, mantissa.
struct Half {
  int mantissa_bits;
  int bias;
};

constexpr Half kHalf{10, 15};
constexpr Half kBrain{7, 127};

std::uint16_t infinity_bits(Half f) {
  return static_cast<std::uint16_t>((2 * f.bias + 1) << f.mantissa_bits);
}

std::uint16_t to_bits(Half f, double value) {
  const std::uint16_t sign = std::signbit(value) ? 0x8000 : 0;
  const double magnitude = std::fabs(value);
  if (std::isnan(value)) {
    return static_cast<std::uint16_t>(infinity_bits(f) | (1 << (f.mantissa_bits - 1)));
  }
  if (std::isinf(value)) {
    return static_cast<std::uint16_t>(sign | infinity_bits(f));
  }
  const int smallest = 1 - f.bias;
  const int exponent = magnitude == 0 ? smallest : std::max(std::ilogb(magnitude), smallest);
  // In units of the last place; rounding up to the next power of two carries into the exponent by
  // itself, and so does the step from subnormal to normal numbers.
  const auto units =
      static_cast<std::int64_t>(std::nearbyint(std::ldexp(magnitude, f.mantissa_bits - exponent)));
  const std::int64_t bits =
      units + (static_cast<std::int64_t>(exponent - smallest) << f.mantissa_bits);
  return static_cast<std::uint16_t>(sign | std::min<std::int64_t>(bits, infinity_bits(f)));
}

double from_bits(Half f, std::uint16_t bits) {
  const int exponent = (bits & 0x7fff) >> f.mantissa_bits;
  const int mantissa = bits & ((1 << f.mantissa_bits) - 1);
  double magnitude;
  if (exponent == 2 * f.bias + 1) {
    magnitude = mantissa == 0 ? std::numeric_limits<double>::infinity()
                              : std::numeric_limits<double>::quiet_NaN();
  } else if (exponent == 0) {
    magnitude = std::ldexp(mantissa, 1 - f.bias - f.mantissa_bits);
  } else {
    magnitude = std::ldexp(mantissa + (1 << f.mantissa_bits), exponent - f.bias - f.mantissa_bits);
  }
  return (bits & 0x8000) != 0 ? -magnitude : magnitude;
}

template <typename T>
void widen_as(const void* from, std::size_t n, double* to) {
  const auto* bytes = static_cast<const unsigned char*>(from);
  for (std::size_t i = 0; i < n; i++) {
    T value;
    std::memcpy(&value, bytes + i * sizeof(T), sizeof(T));
    to[i] = static_cast<double>(value);
  }
}

template <typename T>
void narrow_as(const double* from, std::size_t n, void* to) {
  auto* bytes = static_cast<unsigned char*>(to);
  for (std::size_t i = 0; i < n; i++) {
    const T value = static_cast<T>(from[i]);
    std::memcpy(bytes + i * sizeof(T), &value, sizeof(T));
  }
}

void widen_half(Half f, const void* from, std::size_t n, double* to) {
  const auto* bytes = static_cast<const unsigned char*>(from);
  for (std::size_t i = 0; i < n; i++) {
    std::uint16_t bits;
    std::memcpy(&bits, bytes + 2 * i, 2);
    to[i] = from_bits(f, bits);
  }
}

void narrow_half(Half f, const double* from, std::size_t n, void* to) {
  auto* bytes = static_cast<unsigned char*>(to);
  for (std::size_t i = 0; i < n; i++) {
    const std::uint16_t bits = to_bits(f, from[i]);
    std::memcpy(bytes + 2 * i, &bits, 2);
  }
}

}  // namespace

std::size_t byte_size(Format format) {
  switch (format) {
    case Format::kFloat32:
      return 4;
    case Format::kFloat64:
      return 8;
    default:
      return 2;
  }
}

void widen(Format format, const void* from, std::size_t n, double* to) {
  switch (format) {
    case Format::kFloat32:
      return widen_as<float>(from, n, to);
    case Format::kFloat64:
      return widen_as<double>(from, n, to);
    case Format::kFloat16:
      return widen_half(kHalf, from, n, to);
    case Format::kBFloat16:
      return widen_half(kBrain, from, n, to);
  }
}

void narrow(Format format, const double* from, std::size_t n, void* to) {
  switch (format) {
    case Format::kFloat32:
      return narrow_as<float>(from, n, to);
    case Format::kFloat64:
      return narrow_as<double>(from, n, to);
    case Format::kFloat16:
      return narrow_half(kHalf, from, n, to);
    case Format::kBFloat16:
      return narrow_half(kBrain, from, n, to);
  }
}

double rounded(Format format, double value) {
  switch (format) {
    case Format::kFloat32:
      return static_cast<float>(value);
    case Format::kFloat64:
      return value;
    case Format::kFloat16:
      return from_bits(kHalf, to_bits(kHalf, value));
    case Format::kBFloat16:
      return from_bits(kBrain, to_bits(kBrain, value));
  }
  return value;
}

}  // namespace numerics
