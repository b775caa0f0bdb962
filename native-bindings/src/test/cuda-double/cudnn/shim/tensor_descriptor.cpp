// Tensor descriptors; statuses as found with cuDNN 9.5.1.
#include <algorithm>

#include "descriptors.h"
#include "status.h"

using namespace cudnn_double;

namespace cudnn_double {

numerics::Format format_of(int data_type) {
  switch (data_type) {
    case kDouble:
      return numerics::Format::kFloat64;
    case kHalf:
      return numerics::Format::kFloat16;
    case kBFloat16:
      return numerics::Format::kBFloat16;
    default:
      return numerics::Format::kFloat32;
  }
}

}  // namespace cudnn_double

int cudnnCreateTensorDescriptor(cudnnTensorDescriptor_t* descriptor) {
  DBL_ENTRY("cudnnCreateTensorDescriptor", int)
  CUDNN_REJECT(!descriptor)
  create(descriptor, kTensorKind);
  return kSuccess;
}

int cudnnDestroyTensorDescriptor(cudnnTensorDescriptor_t descriptor) {
  DBL_RELEASE_ENTRY("cudnnDestroyTensorDescriptor");
  return DBL_RESULT(destroy(descriptor, kTensorKind), int);
}

int cudnnSetTensorNdDescriptor(cudnnTensorDescriptor_t descriptor, int data_type, int dimensions,
                               const int* sizes, const int* strides) {
  DBL_ENTRY("cudnnSetTensorNdDescriptor", int)
  CUDNN_REJECT(!dbl::handle_valid(kTensorKind, descriptor))
  CUDNN_REJECT(dimensions < 2)
  if (dimensions > kMaxDimensions) {
    return fail(kNotSupported);
  }
  if (data_type < kFloat || data_type > kBFloat16) {
    return fail(kBadParam);
  }
  CUDNN_REJECT(sizes == nullptr || strides == nullptr)
  for (int i = 0; i < dimensions; i++) {
    CUDNN_REJECT(sizes[i] <= 0)
    CUDNN_REJECT((strides[i] == 0) && (sizes[i] != 1))
  }
  descriptor->data_type = data_type;
  descriptor->dimensions = dimensions;
  std::copy(sizes, sizes + dimensions, descriptor->sizes);
  std::copy(strides, strides + dimensions, descriptor->strides);
  return kSuccess;
}

int cudnnGetTensorNdDescriptor(cudnnTensorDescriptor_t descriptor, int requested, int* data_type,
                               int* dimensions, int* sizes, int* strides) {
  DBL_ENTRY("cudnnGetTensorNdDescriptor", int)
  CUDNN_REJECT(!dbl::handle_valid(kTensorKind, descriptor) || dimensions == nullptr)
  *dimensions = descriptor->dimensions;
  if (data_type != nullptr) {
    *data_type = descriptor->data_type;
  }
  const int count = std::min(requested, descriptor->dimensions);
  for (int i = 0; i < count; i++) {
    if (sizes != nullptr) {
      sizes[i] = descriptor->sizes[i];
    }
    if (strides != nullptr) {
      strides[i] = descriptor->strides[i];
    }
  }
  return kSuccess;
}
