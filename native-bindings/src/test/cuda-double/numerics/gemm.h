// Row-major matrix products in double, in a fixed order of summation.
#pragma once

#include <cstddef>
#include <vector>

namespace numerics {

// C(m,n) += A(m,k) * B(k,n), all dense. Each element's sum runs over k in ascending order whatever
// the sizes, so equal inputs give equal bits.
void multiply_add(std::size_t m, std::size_t n, std::size_t k, const double* a, const double* b,
                  double* c);

// C(m,n) += A(k,m)^T * B(k,n).
void multiply_add_transposed(std::size_t m, std::size_t n, std::size_t k, const double* a,
                             const double* b, double* c);

// (rows,columns) to (columns,rows).
std::vector<double> transposed(std::size_t rows, std::size_t columns, const double* matrix);

}  // namespace numerics
