// Rounding to half precision at its edges.
#include "../numerics/number_format.h"

#include <limits>

#include "check.h"
#include "lstm.h"

using namespace mathtest;
using numerics::Format;
using numerics::rounded;

TEST(half_rounds_to_nearest_even) {
  EXPECT(rounded(Format::kFloat16, 1 + 0x1p-11) == 1);
  EXPECT(rounded(Format::kFloat16, 1 + 3 * 0x1p-11) == 1 + 0x1p-9);
  EXPECT(rounded(Format::kFloat16, 1 + 0x1p-11 + 0x1p-40) == 1 + 0x1p-10);
  EXPECT(rounded(Format::kFloat16, -0.1) == -0.0999755859375);
  EXPECT(rounded(Format::kFloat16, 65504) == 65504);
  EXPECT(rounded(Format::kFloat16, 65519.99) == 65504);
  EXPECT(std::isinf(rounded(Format::kFloat16, 65520)));
  EXPECT(std::isinf(rounded(Format::kFloat16, 1e300)));
  EXPECT(rounded(Format::kFloat16, 0x1p-24) == 0x1p-24);
  EXPECT(rounded(Format::kFloat16, 0x1p-25) == 0);
  EXPECT(rounded(Format::kFloat16, 1.5 * 0x1p-25) == 0x1p-24);
  EXPECT(rounded(Format::kFloat16, 0x1p-14 - 0x1p-26) == 0x1p-14);
  EXPECT(std::isnan(rounded(Format::kFloat16, std::nan(""))));
}

TEST(bf16_rounds_to_nearest_even) {
  EXPECT(rounded(Format::kBFloat16, 1 + 0x1p-8) == 1);
  EXPECT(rounded(Format::kBFloat16, 1 + 3 * 0x1p-8) == 1 + 0x1p-6);
  EXPECT(rounded(Format::kBFloat16, 3.14159265) == 3.140625);
  EXPECT(rounded(Format::kBFloat16, 0x1p-133) == 0x1p-133);
  EXPECT(rounded(Format::kBFloat16, 0x1p-134) == 0);
  EXPECT(std::isinf(rounded(Format::kBFloat16, std::numeric_limits<float>::max())));
  EXPECT(std::isinf(rounded(Format::kBFloat16, -std::numeric_limits<double>::infinity())));
}

// 0, 1, ... 65535 as bits: reading and writing gives the same bits, except for NaN's payload.
TEST(half_formats_read_what_they_write) {
  for (const Format format : {Format::kFloat16, Format::kBFloat16}) {
    for (unsigned bits = 0; bits < 65536; bits++) {
      const auto before = static_cast<unsigned short>(bits);
      unsigned short after = 0;
      double value = 0;
      numerics::widen(format, &before, 1, &value);
      numerics::narrow(format, &value, 1, &after);
      EXPECT(std::isnan(value) || before == after);
    }
  }
}
