// The part of cuBLASLt's C interface that the double offers.
#pragma once

#include <cstddef>
#include <cstdint>

#include "cuda_types.h"

namespace lt_double {

enum Status : int {
  kSuccess = 0,
  kNotInitialized = 1,
  kInvalidValue = 7,
  kExecutionFailed = 13,
  kNotSupported = 15,
};

// cudaDataType
enum Type : int { kFloat32 = 0, kFloat16 = 2, kBFloat16 = 14 };

// cublasComputeType_t
enum Compute : int {
  kCompute32 = 68,
  kCompute32Pedantic = 69,
  kCompute32FastHalf = 74,
  kCompute32FastBrain = 75,
  kCompute32FastTf32 = 77,
};

enum Operation : int { kPlain = 0, kTransposed = 1 };
enum Epilogue : int { kNoEpilogue = 1, kBias = 4 };

// Attributes of matmul descriptors, layouts and preferences.
enum DescAttribute : int {
  kDescComputeType = 0,
  kDescScaleType = 1,
  kDescPointerMode = 2,
  kDescTransA = 3,
  kDescTransB = 4,
  kDescEpilogue = 7,
  kDescBiasPointer = 8,
  kDescBiasType = 26,
};
enum LayoutAttribute : int {
  kLayoutType = 0,
  kLayoutOrder = 1,
  kLayoutRows = 2,
  kLayoutColumns = 3,
  kLayoutLeading = 4,
};
enum PreferenceAttribute : int {
  kPreferenceWorkspace = 1,
  kPreferenceAlignmentA = 5,
  kPreferenceAlignmentB = 6,
  kPreferenceAlignmentC = 7,
  kPreferenceAlignmentD = 8,
};

struct Handle;
struct MatmulDesc;
struct MatrixLayout;
struct Preference;

struct Algorithm {
  std::uint64_t data[8];
};

struct HeuristicResult {
  Algorithm algorithm;
  std::size_t workspace_bytes;
  int state;
  float waves;
  int reserved[4];
};
static_assert(sizeof(Algorithm) == 64 && sizeof(HeuristicResult) == 96, "as in the library");

}  // namespace lt_double

DBL_EXPORT std::size_t cublasLtGetVersion();
DBL_EXPORT const char* cublasLtGetStatusName(int status);
DBL_EXPORT const char* cublasLtGetStatusString(int status);

DBL_EXPORT int cublasLtCreate(lt_double::Handle** handle);
DBL_EXPORT int cublasLtDestroy(lt_double::Handle* handle);

DBL_EXPORT int cublasLtMatmulDescCreate(lt_double::MatmulDesc** desc, int compute, int scale_type);
DBL_EXPORT int cublasLtMatmulDescDestroy(lt_double::MatmulDesc* desc);
DBL_EXPORT int cublasLtMatmulDescSetAttribute(lt_double::MatmulDesc* desc, int attribute,
                                              const void* value, std::size_t bytes);

DBL_EXPORT int cublasLtMatrixLayoutCreate(lt_double::MatrixLayout** layout, int type,
                                          std::uint64_t rows, std::uint64_t columns,
                                          std::int64_t leading);
DBL_EXPORT int cublasLtMatrixLayoutDestroy(lt_double::MatrixLayout* layout);
DBL_EXPORT int cublasLtMatrixLayoutSetAttribute(lt_double::MatrixLayout* layout, int attribute,
                                                const void* value, std::size_t bytes);

DBL_EXPORT int cublasLtMatmulPreferenceCreate(lt_double::Preference** preference);
DBL_EXPORT int cublasLtMatmulPreferenceDestroy(lt_double::Preference* preference);
DBL_EXPORT int cublasLtMatmulPreferenceSetAttribute(lt_double::Preference* preference,
                                                    int attribute, const void* value,
                                                    std::size_t bytes);

DBL_EXPORT int cublasLtMatmulAlgoGetHeuristic(
    lt_double::Handle* handle, lt_double::MatmulDesc* desc, lt_double::MatrixLayout* a,
    lt_double::MatrixLayout* b, lt_double::MatrixLayout* c, lt_double::MatrixLayout* d,
    lt_double::Preference* preference, int requested, lt_double::HeuristicResult* results,
    int* returned);

DBL_EXPORT int cublasLtMatmul(lt_double::Handle* handle, lt_double::MatmulDesc* desc,
                              const void* alpha, const void* a, lt_double::MatrixLayout* a_layout,
                              const void* b, lt_double::MatrixLayout* b_layout, const void* beta,
                              const void* c, lt_double::MatrixLayout* c_layout, void* d,
                              lt_double::MatrixLayout* d_layout,
                              const lt_double::Algorithm* algorithm, void* workspace,
                              std::size_t workspace_bytes, cudaStream_t stream);
