// Descriptors of cuBLASLt, and one product as they describe it.
#pragma once

#include <set>

#include "../numerics/number_format.h"
#include "api.h"
#include "core.h"

namespace lt_double {

struct Handle {
  std::set<std::uint64_t> warm;  // products that have run outside of a capture
};

struct MatmulDesc {
  int compute = 0;
  int scale_type = 0;
  int pointer_mode = 0;
  int trans_a = kPlain;
  int trans_b = kPlain;
  int epilogue = kNoEpilogue;
  const void* bias = nullptr;
  int bias_type = -1;
};

struct MatrixLayout {
  int type = 0;
  int order = 0;  // column-major
  std::uint64_t rows = 0;
  std::uint64_t columns = 0;
  std::int64_t leading = 0;

  // Elements from the first to the last one, gaps between columns included.
  std::size_t span() const { return (columns - 1) * static_cast<std::size_t>(leading) + rows; }
};

struct Preference {
  std::uint64_t workspace_bytes = 0;
  std::uint32_t alignment[4] = {256, 256, 256, 256};  // of A, B, C, D; the library's default
};

constexpr const char* kHandleKind = "cublasLtHandle";
constexpr const char* kDescKind = "cublasLtMatmulDesc";
constexpr const char* kLayoutKind = "cublasLtMatrixLayout";
constexpr const char* kPreferenceKind = "cublasLtMatmulPreference";

numerics::Format format_of(int type);

// D(m,n) = alpha * op(A)(m,k) * op(B)(k,n) + beta * C + bias(m), all column-major.
struct Problem {
  MatmulDesc desc;
  MatrixLayout a;
  MatrixLayout b;
  MatrixLayout c;
  MatrixLayout d;

  std::size_t m() const { return d.rows; }
  std::size_t n() const { return d.columns; }
  std::size_t k() const { return desc.trans_a == kPlain ? a.columns : a.rows; }

  // Invalid: shapes that do not fit together, leading dimensions too small. Not supported: types,
  // orders and epilogues that the double does not compute.
  int check() const;
  // The same for all problems that one algorithm serves: all but the bias pointer.
  std::uint64_t key() const;
};

// Copies the descriptors; false if one of them is not live.
bool read_problem(const MatmulDesc* desc, const MatrixLayout* a, const MatrixLayout* b,
                  const MatrixLayout* c, const MatrixLayout* d, Problem& out);

// An algorithm as the heuristic fills it in.
constexpr std::uint64_t kAlgorithmMagic = 0x616c676f726974;
struct AlgorithmFields {
  std::uint64_t magic;
  std::uint64_t problem;
  std::uint64_t workspace_bytes;
  std::uint64_t alignment[5];  // of A, B, C, D and the bias
};
static_assert(sizeof(AlgorithmFields) == sizeof(Algorithm), "fills the opaque structure");

}  // namespace lt_double
