// cublasLtMatmul.
#include <cstring>
#include <vector>

#include "../numerics/gemm.h"
#include "problem.h"

using namespace lt_double;

namespace {

constexpr int kPoison = 0xFF;

struct Product {
  Problem problem;
  float alpha;
  float beta;
  const void* a;
  const void* b;
  const void* c;
  void* d;
  void* workspace;
  std::size_t workspace_bytes;

  bool has_bias() const { return problem.desc.epilogue == kBias; }
  int check_algorithm(const Algorithm* algorithm) const;
  std::vector<dbl::Range> ranges() const;
  void report_overlaps() const;
  void compute() const;
};

std::size_t bytes_of(const MatrixLayout& layout) {
  return layout.span() * numerics::byte_size(format_of(layout.type));
}

// The matrix without gaps, (columns,rows) when read as row-major.
std::vector<double> load(const MatrixLayout& layout, const void* from) {
  const std::size_t element = numerics::byte_size(format_of(layout.type));
  std::vector<double> result(layout.rows * layout.columns);
  for (std::size_t j = 0; j < layout.columns; j++) {
    const auto* column =
        static_cast<const char*>(from) + j * static_cast<std::size_t>(layout.leading) * element;
    numerics::widen(format_of(layout.type), column, layout.rows, result.data() + j * layout.rows);
  }
  return result;
}

void store(const MatrixLayout& layout, const double* from, void* to) {
  const std::size_t element = numerics::byte_size(format_of(layout.type));
  for (std::size_t j = 0; j < layout.columns; j++) {
    auto* column = static_cast<char*>(to) + j * static_cast<std::size_t>(layout.leading) * element;
    numerics::narrow(format_of(layout.type), from + j * layout.rows, layout.rows, column);
  }
}

bool aligned(const void* address, std::uint64_t alignment) {
  return alignment == 0 || reinterpret_cast<std::uintptr_t>(address) % alignment == 0;
}

int Product::check_algorithm(const Algorithm* algorithm) const {
  AlgorithmFields fields{};
  if (algorithm != nullptr) {
    std::memcpy(&fields, algorithm, sizeof fields);
  }
  if (fields.magic != kAlgorithmMagic || fields.problem != problem.key()) {
    dbl::violation("cublasLtMatmul: the algorithm is not one that the heuristic gave for this product");
    return kNotSupported;
  }
  const struct {
    const char* name;
    const void* address;
  } arrays[] = {{"A", a}, {"B", b}, {"C", c}, {"D", d}, {"bias", problem.desc.bias}};
  for (int i = 0; i < (has_bias() ? 5 : 4); i++) {
    if (!aligned(arrays[i].address, fields.alignment[i])) {
      dbl::violation(dbl::format("cublasLtMatmul: %s at %p is not aligned to the %d bytes that the "
                                 "algorithm was chosen for",
                                 arrays[i].name, arrays[i].address,
                                 static_cast<int>(fields.alignment[i])));
      return kInvalidValue;
    }
  }
  const bool enough = workspace_bytes >= fields.workspace_bytes &&
                      (fields.workspace_bytes == 0 || (workspace != nullptr && aligned(workspace, 16)));
  return enough ? kSuccess : kInvalidValue;
}

std::vector<dbl::Range> Product::ranges() const {
  std::vector<dbl::Range> result = {dbl::reads(a, bytes_of(problem.a), "A"),
                                    dbl::reads(b, bytes_of(problem.b), "B"),
                                    dbl::writes(d, bytes_of(problem.d), "D")};
  if (beta != 0) {
    result.push_back(dbl::reads(c, bytes_of(problem.c), "C"));
  }
  if (has_bias()) {
    const std::size_t element = numerics::byte_size(format_of(problem.d.type));
    result.push_back(dbl::reads(problem.desc.bias, problem.m() * element, "bias"));
  }
  if (workspace != nullptr && workspace_bytes > 0) {
    result.push_back(dbl::writes(workspace, workspace_bytes, "workspace"));
  }
  return result;
}

bool is_output(const dbl::Range& range) {
  return std::strcmp(range.name, "C") == 0 || std::strcmp(range.name, "D") == 0;
}

// D may be C itself, nothing else.
void Product::report_overlaps() const {
  const bool in_place = c == d && problem.c.leading == problem.d.leading;
  const std::vector<dbl::Range> all = ranges();
  for (std::size_t i = 0; i < all.size(); i++) {
    for (std::size_t j = 0; j < i; j++) {
      const auto* first = static_cast<const char*>(all[i].address);
      const auto* second = static_cast<const char*>(all[j].address);
      const bool writes = all[i].access == dbl::Access::Write || all[j].access == dbl::Access::Write;
      const bool allowed = in_place && is_output(all[i]) && is_output(all[j]);
      if (writes && !allowed && first < second + all[j].bytes && second < first + all[i].bytes) {
        dbl::violation(dbl::format("cublasLtMatmul: %s and %s overlap", all[j].name, all[i].name));
      }
    }
  }
}

// Column-major matrices are row-major ones of their transposes: D^T(n,m) = op(B)^T op(A)^T.
void Product::compute() const {
  const std::size_t m = problem.m();
  const std::size_t n = problem.n();
  const std::size_t k = problem.k();
  std::vector<double> right = load(problem.a, a);
  if (problem.desc.trans_a == kTransposed) {
    right = numerics::transposed(m, k, right.data());
  }
  std::vector<double> left = load(problem.b, b);
  if (problem.desc.trans_b == kTransposed) {
    left = numerics::transposed(k, n, left.data());
  }
  std::vector<double> result(m * n, 0.0);
  numerics::multiply_add(n, m, k, left.data(), right.data(), result.data());
  const std::vector<double> before =
      beta != 0 ? load(problem.c, c) : std::vector<double>();
  std::vector<double> bias(m, 0.0);
  if (has_bias()) {
    numerics::widen(format_of(problem.d.type), problem.desc.bias, m, bias.data());
  }
  for (std::size_t i = 0; i < result.size(); i++) {
    const double old = beta != 0 ? static_cast<double>(beta) * before[i] : 0.0;
    result[i] = static_cast<double>(alpha) * result[i] + old + bias[i % m];
  }
  store(problem.d, result.data(), d);
  if (workspace != nullptr && workspace_bytes > 0) {
    std::memset(workspace, kPoison, workspace_bytes);
  }
}

}  // namespace

int cublasLtMatmul(Handle* handle, MatmulDesc* desc, const void* alpha, const void* a,
                   MatrixLayout* a_layout, const void* b, MatrixLayout* b_layout, const void* beta,
                   const void* c, MatrixLayout* c_layout, void* d, MatrixLayout* d_layout,
                   const Algorithm* algorithm, void* workspace, std::size_t workspace_bytes,
                   cudaStream_t stream) {
  DBL_DEVICE_ENTRY("cublasLtMatmul", int, kExecutionFailed)
  Product product{};
  if (!dbl::handle_valid(kHandleKind, handle) ||
      !read_problem(desc, a_layout, b_layout, c_layout, d_layout, product.problem) ||
      alpha == nullptr || beta == nullptr || a == nullptr || b == nullptr || d == nullptr) {
    return kInvalidValue;
  }
  int status = product.problem.check();
  if (status != kSuccess) {
    return status;
  }
  product.alpha = *static_cast<const float*>(alpha);
  product.beta = *static_cast<const float*>(beta);
  product.a = a;
  product.b = b;
  product.c = c;
  product.d = d;
  product.workspace = workspace;
  product.workspace_bytes = workspace_bytes;
  if ((product.beta != 0 && c == nullptr) ||
      (product.has_bias() && product.problem.desc.bias == nullptr)) {
    return kInvalidValue;
  }
  status = product.check_algorithm(algorithm);
  if (status != kSuccess) {
    return status;
  }
  // The first product of its kind loads its kernel, which a capture does not allow.
  if (!dbl::is_capturing(stream)) {
    handle->warm.insert(product.problem.key());
  } else if (handle->warm.count(product.problem.key()) == 0) {
    dbl::forbid_in_capture(stream, "cublasLtMatmul");
    return kExecutionFailed;
  }
  product.report_overlaps();
  const cudaError_t queued = dbl::enqueue(stream, product.ranges(),
                                          [product] { product.compute(); }, "cublasLtMatmul");
  return queued == cudaSuccess ? static_cast<int>(kSuccess) : static_cast<int>(kExecutionFailed);
}
