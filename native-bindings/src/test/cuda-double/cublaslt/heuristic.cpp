// cublasLtMatmulAlgoGetHeuristic: a fast algorithm with workspace where the preference allows one,
// and one without.
#include <algorithm>
#include <cstring>

#include "problem.h"

using namespace lt_double;

namespace {

constexpr std::uint64_t kMaxAlignment = 256;

// The largest power of two, at most 256, that divides the address; 256 for null.
std::uint64_t alignment_of(const void* address) {
  const auto value = reinterpret_cast<std::uintptr_t>(address);
  const std::uint64_t lowest = value & (~value + 1);
  return value == 0 ? kMaxAlignment : std::min<std::uint64_t>(lowest, kMaxAlignment);
}

HeuristicResult result_for(const Problem& problem, const Preference& preference,
                           std::size_t workspace) {
  AlgorithmFields fields{};
  fields.magic = kAlgorithmMagic;
  fields.problem = problem.key();
  fields.workspace_bytes = workspace;
  std::copy(std::begin(preference.alignment), std::end(preference.alignment), fields.alignment);
  // The heuristic takes the alignment of the bias from the pointer that the descriptor holds now.
  fields.alignment[4] = alignment_of(problem.desc.bias);
  HeuristicResult result{};
  std::memcpy(&result.algorithm, &fields, sizeof fields);
  result.workspace_bytes = workspace;
  result.state = kSuccess;
  result.waves = 1;
  return result;
}

}  // namespace

int cublasLtMatmulAlgoGetHeuristic(Handle* handle, MatmulDesc* desc, MatrixLayout* a,
                                   MatrixLayout* b, MatrixLayout* c, MatrixLayout* d,
                                   Preference* preference, int requested, HeuristicResult* results,
                                   int* returned) {
  DBL_ENTRY("cublasLtMatmulAlgoGetHeuristic", int)
  Problem problem;
  if (!dbl::handle_valid(kHandleKind, handle) || !read_problem(desc, a, b, c, d, problem) ||
      !dbl::handle_valid(kPreferenceKind, preference) || requested <= 0 || results == nullptr ||
      returned == nullptr) {
    return kInvalidValue;
  }
  *returned = 0;
  const int status = problem.check();
  if (status != kSuccess) {
    return status;
  }
  // Some workspace that grows with the result, so that no fixed size can be assumed.
  const std::size_t workspace = 1024 + 4 * problem.m() * problem.n();
  int count = 0;
  if (preference->workspace_bytes >= workspace) {
    results[count++] = result_for(problem, *preference, workspace);
  }
  if (count < requested) {
    results[count++] = result_for(problem, *preference, 0);
  }
  *returned = count;
  return kSuccess;
}
