#include "matmul.h"

#include <cstring>
#include <string>

#include "../numerics/number_format.h"
#include "check.h"
#include "control.h"
#include "core.h"
#include "lstm.h"

namespace mathtest {

using namespace lt_double;

namespace {

numerics::Format format_of_type(int type) {
  return type == kFloat16    ? numerics::Format::kFloat16
         : type == kBFloat16 ? numerics::Format::kBFloat16
                             : numerics::Format::kFloat32;
}

Product::Array allocate(int rows, int columns, int leading, int type, unsigned seed) {
  Product::Array result;
  result.count = static_cast<std::size_t>((columns - 1) * leading + rows);
  result.type = type;
  const std::size_t bytes = result.count * numerics::byte_size(format_of_type(type));
  result.address = dbl::device_allocate(bytes);
  const Values values = random_values(result.count, seed, 1);
  std::vector<char> raw(bytes);
  numerics::narrow(format_of_type(type), values.data(), values.size(), raw.data());
  dbl_poke(result.address, raw.data(), static_cast<int64_t>(bytes));
  return result;
}

}  // namespace

Product::Product(const ProductSpec& wanted) : spec(wanted) {
  EXPECT_STATUS(0, cublasLtCreate(&handle));
  cublasLtMatmulDescCreate(&desc, spec.compute, kFloat32);
  const int op_a = spec.transpose_a ? kTransposed : kPlain;
  const int op_b = spec.transpose_b ? kTransposed : kPlain;
  cublasLtMatmulDescSetAttribute(desc, kDescTransA, &op_a, sizeof op_a);
  cublasLtMatmulDescSetAttribute(desc, kDescTransB, &op_b, sizeof op_b);
  const int a_rows = spec.transpose_a ? spec.k : spec.m;
  const int a_columns = spec.transpose_a ? spec.m : spec.k;
  const int b_rows = spec.transpose_b ? spec.n : spec.k;
  const int b_columns = spec.transpose_b ? spec.k : spec.n;
  const auto layout = [&](MatrixLayout** out, int type, int rows, int columns) {
    cublasLtMatrixLayoutCreate(out, type, static_cast<std::uint64_t>(rows),
                               static_cast<std::uint64_t>(columns), leading(rows));
  };
  layout(&a_layout, spec.in, a_rows, a_columns);
  layout(&b_layout, spec.in, b_rows, b_columns);
  layout(&d_layout, spec.out, spec.m, spec.n);
  a = allocate(a_rows, a_columns, leading(a_rows), spec.in, 1);
  b = allocate(b_rows, b_columns, leading(b_rows), spec.in, 2);
  d = allocate(spec.m, spec.n, leading(spec.m), spec.out, 3);
  bias = allocate(spec.m, 1, spec.m, spec.out, 4);
  if (spec.bias) {
    const int epilogue = kBias;
    cublasLtMatmulDescSetAttribute(desc, kDescEpilogue, &epilogue, sizeof epilogue);
    cublasLtMatmulDescSetAttribute(desc, kDescBiasPointer, &bias.address, sizeof bias.address);
  }
  cublasLtMatmulPreferenceCreate(&preference);
}

Product::~Product() {
  finish();
  cublasLtMatmulPreferenceDestroy(preference);
  for (MatrixLayout* layout : {a_layout, b_layout, d_layout}) {
    cublasLtMatrixLayoutDestroy(layout);
  }
  cublasLtMatmulDescDestroy(desc);
  cublasLtDestroy(handle);
  for (void* address : {a.address, b.address, d.address, bias.address, workspace}) {
    if (address != nullptr) {
      dbl::device_free(address);
    }
  }
}

int Product::choose(std::size_t max_workspace) {
  const std::uint64_t limit = max_workspace;
  cublasLtMatmulPreferenceSetAttribute(preference, kPreferenceWorkspace, &limit, sizeof limit);
  const int status = cublasLtMatmulAlgoGetHeuristic(handle, desc, a_layout, b_layout, d_layout,
                                                    d_layout, preference, 1, &result, &returned);
  workspace_bytes = result.workspace_bytes;
  if (status == 0 && workspace_bytes > 0) {
    workspace = dbl::device_allocate(workspace_bytes);
  }
  return status;
}

int Product::run(float alpha, float beta) {
  return cublasLtMatmul(handle, desc, &alpha, a.address, a_layout, b.address, b_layout, &beta,
                        d.address, d_layout, d.address, d_layout, &result.algorithm, workspace,
                        workspace_bytes, nullptr);
}

const Product::Array& Product::array(const char* name) const {
  const std::string text = name;
  return text == "a" ? a : text == "b" ? b : text == "d" ? d : bias;
}

std::vector<double> Product::get(const char* name) const {
  finish();
  const Array& from = array(name);
  const numerics::Format format = format_of_type(from.type);
  std::vector<char> raw(from.count * numerics::byte_size(format));
  dbl_peek(raw.data(), from.address, static_cast<int64_t>(raw.size()));
  Values values(from.count);
  numerics::widen(format, raw.data(), values.size(), values.data());
  return values;
}

void Product::set(const char* name, const std::vector<double>& values) {
  finish();
  const Array& to = array(name);
  const numerics::Format format = format_of_type(to.type);
  std::vector<char> raw(values.size() * numerics::byte_size(format));
  numerics::narrow(format, values.data(), values.size(), raw.data());
  dbl_poke(to.address, raw.data(), static_cast<int64_t>(raw.size()));
}

std::vector<double> Product::expected(float alpha, float beta) const {
  const Values left = get("a");
  const Values right = get("b");
  const Values offset = get("bias");
  Values out = get("d");
  const auto element = [&](const Values& all, int rows, bool transposed, int i, int j) {
    const int at = transposed ? j + i * leading(rows) : i + j * leading(rows);
    return all[static_cast<std::size_t>(at)];
  };
  for (int j = 0; j < spec.n; j++) {
    for (int i = 0; i < spec.m; i++) {
      double total = 0;
      for (int l = 0; l < spec.k; l++) {
        total += element(left, spec.transpose_a ? spec.k : spec.m, spec.transpose_a, i, l) *
                 element(right, spec.transpose_b ? spec.n : spec.k, spec.transpose_b, l, j);
      }
      double& to = out[static_cast<std::size_t>(i + j * leading(spec.m))];
      to = static_cast<double>(alpha) * total +
           (beta != 0 ? static_cast<double>(beta) * to : 0.0) +
           (spec.bias ? offset[static_cast<std::size_t>(i)] : 0.0);
    }
  }
  return out;
}

}  // namespace mathtest
