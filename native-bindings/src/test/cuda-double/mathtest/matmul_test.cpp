// cuBLASLt against single loops, and its checks.
#include "matmul.h"

#include "check.h"
#include "control.h"
#include "core.h"
#include "lstm.h"

using namespace lt_double;
using namespace mathtest;

namespace {

void compare(const ProductSpec& spec, float alpha, float beta, double absolute) {
  Product product(spec);
  EXPECT_STATUS(0, product.choose(1 << 20));
  const Values expected = product.expected(alpha, beta);
  EXPECT_STATUS(0, product.run(alpha, beta));
  const Values actual = product.get("d");
  for (std::size_t i = 0; i < actual.size(); i++) {
    EXPECT(std::fabs(actual[i] - expected[i]) <= absolute);
  }
}

}  // namespace

// Tolerances: one rounding of values below 16 to the output's type.
TEST(products_of_all_transposes_and_leading_dimensions) {
  for (int bits = 0; bits < 16; bits++) {
    ProductSpec spec;
    spec.transpose_a = (bits & 1) != 0;
    spec.transpose_b = (bits & 2) != 0;
    spec.pad = (bits & 4) != 0 ? 3 : 0;
    spec.bias = (bits & 8) != 0;
    compare(spec, 0.75F, -0.5F, 1e-6);
    compare(spec, 1, 0, 1e-6);
  }
}

TEST(products_of_half_types) {
  for (const int in : {kFloat16, kBFloat16}) {
    ProductSpec spec;
    spec.in = in;
    spec.bias = true;
    spec.transpose_b = true;
    compare(spec, 1, 1, 1e-6);
    spec.out = in;
    compare(spec, 1, 1, in == kFloat16 ? 4e-3 : 3e-2);
  }
}

TEST(products_larger_than_a_block_of_rows) {
  ProductSpec spec;
  spec.m = 33;
  spec.n = 18;
  spec.k = 65;
  spec.transpose_a = true;
  compare(spec, 1, 0, 1e-5);
}

TEST(output_is_not_read_without_beta) {
  Product product({});
  product.set("d", Values(product.d.count, std::nan("")));
  EXPECT_STATUS(0, product.choose(0));
  EXPECT_STATUS(0, product.run(1, 0));
  EXPECT(std::isfinite(sum(product.get("d"))));
}

TEST(factors_are_read_at_the_call) {
  Product product({});
  EXPECT_STATUS(0, product.choose(0));
  const Values expected = product.expected(2, 0);
  float alpha = 2;
  float beta = 0;
  EXPECT_STATUS(0, cublasLtMatmul(product.handle, product.desc, &alpha, product.a.address,
                                  product.a_layout, product.b.address, product.b_layout, &beta,
                                  product.d.address, product.d_layout, product.d.address,
                                  product.d_layout, &product.result.algorithm, nullptr, 0, nullptr));
  alpha = 99;
  beta = 99;
  const Values actual = product.get("d");
  EXPECT_NEAR(actual[1], expected[1], 1e-6);
}

TEST(shapes_that_do_not_fit) {
  ProductSpec spec;
  Product product(spec);
  const std::int64_t small = spec.m - 1;
  const std::uint64_t rows = 4;
  cublasLtMatrixLayoutSetAttribute(product.d_layout, kLayoutLeading, &small, sizeof small);
  EXPECT_STATUS(kInvalidValue, product.choose(0));
  const std::int64_t large = 8;
  cublasLtMatrixLayoutSetAttribute(product.d_layout, kLayoutLeading, &large, sizeof large);
  EXPECT_STATUS(0, product.choose(0));
  cublasLtMatrixLayoutSetAttribute(product.d_layout, kLayoutRows, &rows, sizeof rows);
  EXPECT_STATUS(kInvalidValue, product.choose(0));
}

TEST(unsupported_products) {
  ProductSpec spec;
  spec.in = kFloat16;
  spec.compute = kCompute32FastBrain;
  EXPECT_STATUS(kNotSupported, Product(spec).choose(0));
  spec.compute = 64;
  EXPECT_STATUS(kNotSupported, Product(spec).choose(0));
  spec = {};
  spec.out = kFloat16;
  EXPECT_STATUS(kNotSupported, Product(spec).choose(0));
  Product relu({});
  const int epilogue = 2;
  EXPECT_STATUS(0, cublasLtMatmulDescSetAttribute(relu.desc, kDescEpilogue, &epilogue, 4));
  EXPECT_STATUS(kNotSupported, relu.choose(0));
}

TEST(workspace_is_used_and_checked) {
  Product product({});
  EXPECT_STATUS(0, product.choose(1 << 20));
  EXPECT(product.workspace_bytes > 0 && product.returned == 1);
  EXPECT_STATUS(0, product.run(1, 0));
  finish();
  unsigned char last = 0;
  dbl_peek(&last, static_cast<char*>(product.workspace) + product.workspace_bytes - 1, 1);
  EXPECT(last == 0xFF);
  product.workspace_bytes--;
  EXPECT_STATUS(kInvalidValue, product.run(1, 0));
  Product without({});
  EXPECT_STATUS(0, without.choose(8));
  EXPECT(without.workspace_bytes == 0);
  EXPECT_STATUS(0, without.run(1, 0));
}

TEST(algorithms_belong_to_one_product) {
  Product first({});
  ProductSpec spec;
  spec.k = 6;
  Product second(spec);
  EXPECT_STATUS(0, first.choose(0));
  EXPECT_STATUS(0, second.choose(0));
  second.result = first.result;
  EXPECT_STATUS(kNotSupported, second.run(1, 0));
  EXPECT_VIOLATION("not one that the heuristic gave");
}

TEST(arrays_are_as_aligned_as_promised) {
  Product product({});
  EXPECT_STATUS(0, product.choose(0));
  const float one = 1;
  const float zero = 0;
  void* shifted = dbl::device_allocate(4096);
  EXPECT_STATUS(kInvalidValue,
                cublasLtMatmul(product.handle, product.desc, &one, product.a.address,
                               product.a_layout, product.b.address, product.b_layout, &zero,
                               static_cast<char*>(shifted) + 128, product.d_layout,
                               static_cast<char*>(shifted) + 128, product.d_layout,
                               &product.result.algorithm, nullptr, 0, nullptr));
  EXPECT_VIOLATION("not aligned to the 256 bytes");
  dbl::device_free(shifted);
}

TEST(product_may_not_overwrite_its_inputs) {
  ProductSpec spec;
  spec.m = spec.n = spec.k = 4;
  Product product(spec);
  EXPECT_STATUS(0, product.choose(0));
  const float one = 1;
  const float zero = 0;
  EXPECT_STATUS(0, cublasLtMatmul(product.handle, product.desc, &one, product.a.address,
                                  product.a_layout, product.b.address, product.b_layout, &zero,
                                  product.a.address, product.d_layout, product.a.address,
                                  product.d_layout, &product.result.algorithm, nullptr, 0, nullptr));
  EXPECT_VIOLATION("A and D overlap");
}

TEST(attributes_have_fixed_sizes) {
  Product product({});
  const std::uint64_t value = 0;
  EXPECT_STATUS(kInvalidValue, cublasLtMatmulDescSetAttribute(product.desc, kDescTransA, &value, 8));
  EXPECT_STATUS(kInvalidValue,
                cublasLtMatmulDescSetAttribute(product.desc, kDescBiasPointer, &value, 4));
  EXPECT_STATUS(kInvalidValue, cublasLtMatmulDescSetAttribute(product.desc, kDescTransA, nullptr, 4));
  EXPECT_STATUS(kInvalidValue, cublasLtMatmulPreferenceSetAttribute(
                                   product.preference, kPreferenceWorkspace, &value, 4));
  EXPECT_STATUS(kInvalidValue, cublasLtDestroy(nullptr));
  EXPECT_STATUS(0, cublasLtMatmulDescDestroy(nullptr));
}
