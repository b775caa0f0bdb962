// One cuBLASLt product with its descriptors and device arrays.
#pragma once

#include <vector>

#include "../cublaslt/api.h"

namespace mathtest {

// D(m,n) = alpha * op(A) * op(B) + beta * C (+ bias), column-major, `pad` unused rows per column.
struct ProductSpec {
  int m = 3;
  int n = 5;
  int k = 7;
  bool transpose_a = false;
  bool transpose_b = false;
  int pad = 0;
  int in = lt_double::kFloat32;
  int out = lt_double::kFloat32;
  int compute = lt_double::kCompute32;
  bool bias = false;
};

class Product {
 public:
  explicit Product(const ProductSpec& spec);
  ~Product();
  Product(const Product&) = delete;
  Product& operator=(const Product&) = delete;

  // Asks for algorithms with at most this much workspace; keeps the first.
  int choose(std::size_t max_workspace);
  int run(float alpha, float beta);

  std::vector<double> get(const char* name) const;  // "a", "b", "d", "bias", gaps included
  void set(const char* name, const std::vector<double>& values);
  // The product by single loops from what the device holds; only defined positions are written.
  std::vector<double> expected(float alpha, float beta) const;

  struct Array {
    void* address = nullptr;
    std::size_t count = 0;
    int type = 0;
  };
  const ProductSpec spec;
  lt_double::Handle* handle = nullptr;
  lt_double::MatmulDesc* desc = nullptr;
  lt_double::MatrixLayout* a_layout = nullptr;
  lt_double::MatrixLayout* b_layout = nullptr;
  lt_double::MatrixLayout* d_layout = nullptr;
  lt_double::Preference* preference = nullptr;
  lt_double::HeuristicResult result{};
  int returned = 0;
  Array a;
  Array b;
  Array d;
  Array bias;
  void* workspace = nullptr;
  std::size_t workspace_bytes = 0;

 private:
  const Array& array(const char* name) const;
  int leading(int rows) const { return rows + spec.pad; }
};

}  // namespace mathtest
