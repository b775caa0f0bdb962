// Handles, descriptors and their attributes. As in the library, setters look at sizes only: values
// are judged by the heuristic and the product.
#include <cstring>

#include "problem.h"

using namespace lt_double;

namespace {

template <typename T>
int create(T** out, const char* kind, const T& value = {}) {
  if (out == nullptr) {
    return kInvalidValue;
  }
  *out = new T(value);
  dbl::handle_created(kind, *out);
  return kSuccess;
}

template <typename T>
int destroy(T* object, const char* kind) {
  if (object == nullptr) {
    return kSuccess;
  }
  if (!dbl::handle_destroyed(kind, object)) {
    return kInvalidValue;
  }
  delete object;
  return kSuccess;
}

int assign(void* field, std::size_t size, const void* value, std::size_t bytes) {
  if (field == nullptr || value == nullptr || bytes != size) {
    return kInvalidValue;
  }
  std::memcpy(field, value, bytes);
  return kSuccess;
}

}  // namespace

int cublasLtCreate(Handle** handle) {
  DBL_DEVICE_ENTRY("cublasLtCreate", int, kNotInitialized)
  if (dbl::device_count() == 0 ||
      dbl::forbid_in_capture(nullptr, "cublasLtCreate") != cudaSuccess) {
    return kNotInitialized;
  }
  return create(handle, kHandleKind);
}

int cublasLtDestroy(Handle* handle) {
  DBL_RELEASE_ENTRY("cublasLtDestroy");
  return DBL_RESULT(handle == nullptr ? kInvalidValue : destroy(handle, kHandleKind), int);
}

int cublasLtMatmulDescCreate(MatmulDesc** desc, int compute, int scale_type) {
  DBL_ENTRY("cublasLtMatmulDescCreate", int)
  MatmulDesc value;
  value.compute = compute;
  value.scale_type = scale_type;
  return create(desc, kDescKind, value);
}

int cublasLtMatmulDescDestroy(MatmulDesc* desc) {
  DBL_RELEASE_ENTRY("cublasLtMatmulDescDestroy");
  return DBL_RESULT(destroy(desc, kDescKind), int);
}

int cublasLtMatmulDescSetAttribute(MatmulDesc* desc, int attribute, const void* value,
                                   std::size_t bytes) {
  DBL_ENTRY("cublasLtMatmulDescSetAttribute", int)
  if (!dbl::handle_valid(kDescKind, desc)) {
    return kInvalidValue;
  }
  switch (attribute) {
    case kDescComputeType:
      return assign(&desc->compute, sizeof desc->compute, value, bytes);
    case kDescScaleType:
      return assign(&desc->scale_type, sizeof desc->scale_type, value, bytes);
    case kDescPointerMode:
      return assign(&desc->pointer_mode, sizeof desc->pointer_mode, value, bytes);
    case kDescTransA:
      return assign(&desc->trans_a, sizeof desc->trans_a, value, bytes);
    case kDescTransB:
      return assign(&desc->trans_b, sizeof desc->trans_b, value, bytes);
    case kDescEpilogue:
      return assign(&desc->epilogue, sizeof desc->epilogue, value, bytes);
    case kDescBiasPointer:
      return assign(&desc->bias, sizeof desc->bias, value, bytes);
    case kDescBiasType:
      return assign(&desc->bias_type, sizeof desc->bias_type, value, bytes);
    default:
      return kInvalidValue;
  }
}

int cublasLtMatrixLayoutCreate(MatrixLayout** layout, int type, std::uint64_t rows,
                               std::uint64_t columns, std::int64_t leading) {
  DBL_ENTRY("cublasLtMatrixLayoutCreate", int)
  return create(layout, kLayoutKind, MatrixLayout{type, 0, rows, columns, leading});
}

int cublasLtMatrixLayoutDestroy(MatrixLayout* layout) {
  DBL_RELEASE_ENTRY("cublasLtMatrixLayoutDestroy");
  return DBL_RESULT(destroy(layout, kLayoutKind), int);
}

int cublasLtMatrixLayoutSetAttribute(MatrixLayout* layout, int attribute, const void* value,
                                     std::size_t bytes) {
  DBL_ENTRY("cublasLtMatrixLayoutSetAttribute", int)
  if (!dbl::handle_valid(kLayoutKind, layout)) {
    return kInvalidValue;
  }
  switch (attribute) {
    case kLayoutType:
      return assign(&layout->type, sizeof layout->type, value, bytes);
    case kLayoutOrder:
      return assign(&layout->order, sizeof layout->order, value, bytes);
    case kLayoutRows:
      return assign(&layout->rows, sizeof layout->rows, value, bytes);
    case kLayoutColumns:
      return assign(&layout->columns, sizeof layout->columns, value, bytes);
    case kLayoutLeading:
      return assign(&layout->leading, sizeof layout->leading, value, bytes);
    default:
      return kInvalidValue;
  }
}

int cublasLtMatmulPreferenceCreate(Preference** preference) {
  DBL_ENTRY("cublasLtMatmulPreferenceCreate", int)
  return create(preference, kPreferenceKind);
}

int cublasLtMatmulPreferenceDestroy(Preference* preference) {
  DBL_RELEASE_ENTRY("cublasLtMatmulPreferenceDestroy");
  return DBL_RESULT(destroy(preference, kPreferenceKind), int);
}

int cublasLtMatmulPreferenceSetAttribute(Preference* preference, int attribute, const void* value,
                                         std::size_t bytes) {
  DBL_ENTRY("cublasLtMatmulPreferenceSetAttribute", int)
  if (!dbl::handle_valid(kPreferenceKind, preference)) {
    return kInvalidValue;
  }
  if (attribute == kPreferenceWorkspace) {
    return assign(&preference->workspace_bytes, sizeof preference->workspace_bytes, value, bytes);
  }
  if (attribute >= kPreferenceAlignmentA && attribute <= kPreferenceAlignmentD) {
    std::uint32_t* field = &preference->alignment[attribute - kPreferenceAlignmentA];
    return assign(field, sizeof *field, value, bytes);
  }
  return kInvalidValue;
}
