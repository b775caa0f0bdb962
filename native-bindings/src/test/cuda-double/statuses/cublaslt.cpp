// cuBLASLt's attributes and calls without a handle.
#include "../cublaslt/api.h"
#include "library.h"

using namespace lt_double;

namespace statuses {
namespace {

void print(const std::string& what, int status) { std::printf("%s: %d\n", what.c_str(), status); }

void print_attributes(const Library& library) {
  MatmulDesc* desc = nullptr;
  print("desc", FROM(library, cublasLtMatmulDescCreate)(&desc, kCompute32, kFloat32));
  const std::uint64_t value = 0;
  for (const int attribute : {-1, 2, 3, 4, 7, 8, 26, 40}) {
    for (const std::size_t size : {0, 2, 4, 8, 16}) {
      print("desc attribute " + std::to_string(attribute) + " of " + std::to_string(size),
            FROM(library, cublasLtMatmulDescSetAttribute)(desc, attribute, &value, size));
    }
  }
  print("no value", FROM(library, cublasLtMatmulDescSetAttribute)(desc, kDescTransA, nullptr, 4));
  print("destroy desc", FROM(library, cublasLtMatmulDescDestroy)(desc));
  Preference* preference = nullptr;
  print("preference", FROM(library, cublasLtMatmulPreferenceCreate)(&preference));
  for (const int attribute : {-1, 1, 2, 5, 6, 7, 8, 13}) {
    for (const std::size_t size : {4, 8}) {
      print("preference " + std::to_string(attribute) + " of " + std::to_string(size),
            FROM(library, cublasLtMatmulPreferenceSetAttribute)(preference, attribute, &value, size));
    }
  }
  print("destroy preference", FROM(library, cublasLtMatmulPreferenceDestroy)(preference));
}

void print_layouts(const Library& library) {
  const struct {
    int type;
    std::uint64_t rows, columns;
    std::int64_t leading;
  } cases[] = {{kFloat32, 4, 5, 4}, {kFloat32, 4, 5, 3}, {kFloat32, 0, 5, 4}, {kBFloat16, 4, 5, -1},
               {99, 4, 5, 4}};
  for (const auto& c : cases) {
    MatrixLayout* layout = nullptr;
    print("layout", FROM(library, cublasLtMatrixLayoutCreate)(&layout, c.type, c.rows, c.columns,
                                                              c.leading));
    print("destroy layout", FROM(library, cublasLtMatrixLayoutDestroy)(layout));
  }
}

}  // namespace

void print_cublaslt(const std::string& folder) {
  const Library library(folder + "/libcublasLt.so.12");
  print_attributes(library);
  print_layouts(library);
  print("destroy nothing", FROM(library, cublasLtMatmulDescDestroy)(nullptr));
  print("destroy no handle", FROM(library, cublasLtDestroy)(nullptr));
  for (const int status : {0, 1, 3, 7, 8, 11, 13, 14, 15, 16, 99}) {
    std::printf("%d %s, %s\n", status, FROM(library, cublasLtGetStatusName)(status),
                FROM(library, cublasLtGetStatusString)(status));
  }
}

}  // namespace statuses
