#include "gemm.h"

// The loops below are most of the double's time: widest vectors of the machine that runs the tests.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define CHARLSTM_WIDE __attribute__((optimize("O3"), target_clones("avx2", "default")))
#else
#define CHARLSTM_WIDE
#endif

namespace numerics {
namespace {

// Four rows of C at once, so that each row of B is read once for them.
CHARLSTM_WIDE void add_rows(std::size_t n, const double* factors, const double* b, double* c0,
                            double* c1, double* c2, double* c3) {
  const double f0 = factors[0];
  const double f1 = factors[1];
  const double f2 = factors[2];
  const double f3 = factors[3];
  for (std::size_t j = 0; j < n; j++) {
    const double value = b[j];
    c0[j] += f0 * value;
    c1[j] += f1 * value;
    c2[j] += f2 * value;
    c3[j] += f3 * value;
  }
}

CHARLSTM_WIDE void add_row(std::size_t n, double factor, const double* b, double* c) {
  for (std::size_t j = 0; j < n; j++) {
    c[j] += factor * b[j];
  }
}

// A's element (row, l) lies at a[row * row_step + l * k_step].
void multiply_strided(std::size_t m, std::size_t n, std::size_t k, const double* a,
                      std::size_t row_step, std::size_t k_step, const double* b, double* c) {
  std::size_t row = 0;
  for (; row + 4 <= m; row += 4) {
    double* out = c + row * n;
    for (std::size_t l = 0; l < k; l++) {
      const double* from = a + row * row_step + l * k_step;
      const double factors[4] = {from[0], from[row_step], from[2 * row_step], from[3 * row_step]};
      add_rows(n, factors, b + l * n, out, out + n, out + 2 * n, out + 3 * n);
    }
  }
  for (; row < m; row++) {
    for (std::size_t l = 0; l < k; l++) {
      add_row(n, a[row * row_step + l * k_step], b + l * n, c + row * n);
    }
  }
}

}  // namespace

void multiply_add(std::size_t m, std::size_t n, std::size_t k, const double* a, const double* b,
                  double* c) {
  multiply_strided(m, n, k, a, k, 1, b, c);
}

void multiply_add_transposed(std::size_t m, std::size_t n, std::size_t k, const double* a,
                             const double* b, double* c) {
  multiply_strided(m, n, k, a, 1, m, b, c);
}

std::vector<double> transposed(std::size_t rows, std::size_t columns, const double* matrix) {
  std::vector<double> result(rows * columns);
  for (std::size_t i = 0; i < rows; i++) {
    for (std::size_t j = 0; j < columns; j++) {
      result[j * rows + i] = matrix[i * columns + j];
    }
  }
  return result;
}

}  // namespace numerics
