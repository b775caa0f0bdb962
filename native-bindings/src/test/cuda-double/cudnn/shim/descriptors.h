// What the opaque handles and descriptors hold.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "../../numerics/number_format.h"
#include "api.h"
#include "core.h"

namespace cudnn_double {

constexpr int kMaxDimensions = 8;

struct Handle {
  cudaStream_t stream = nullptr;
  std::set<std::string> warm;  // kinds of calls that have run outside of a capture
};

struct TensorDescriptor {
  int data_type = kFloat;
  int dimensions = 0;  // 0: not set
  int sizes[kMaxDimensions] = {};
  int strides[kMaxDimensions] = {};
};

struct DropoutDescriptor {
  float probability = 0;
  void* states = nullptr;
  std::size_t state_bytes = 0;
};

struct RnnDescriptor {
  bool set = false;
  int algorithm = 0;
  int cell_mode = 0;
  int bias_mode = 0;
  int direction = 0;
  int input_mode = 0;
  int data_type = 0;
  int math_precision = 0;
  int math_type = 0;
  std::int32_t input_size = 0;
  std::int32_t hidden_size = 0;
  std::int32_t projection = 0;
  std::int32_t layers = 0;
  DropoutDescriptor* dropout = nullptr;
  std::uint32_t flags = 0;
  int clip_mode = kClipNone;
  int dynamic_batch = 0;  // of the last cudnnBuildRNNDynamic; 0: none
};

struct RnnDataDescriptor {
  int data_type = 0;
  int layout = 0;
  int max_length = 0;  // 0: not set
  int batch = 0;
  int vector = 0;
  std::vector<int> lengths;
};

constexpr const char* kHandleKind = "cudnnHandle";
constexpr const char* kTensorKind = "cudnnTensorDescriptor";
constexpr const char* kDropoutKind = "cudnnDropoutDescriptor";
constexpr const char* kRnnKind = "cudnnRNNDescriptor";
constexpr const char* kRnnDataKind = "cudnnRNNDataDescriptor";

// For data types that the double computes in: float, double, half, bf16.
numerics::Format format_of(int data_type);

// A new object in the census of handles.
template <typename T>
void create(T** out, const char* kind) {
  *out = new T();
  dbl::handle_created(kind, *out);
}

// Destroying null does nothing, as in the library; destroying twice is a violation.
template <typename T>
int destroy(T* object, const char* kind) {
  if (object == nullptr) {
    return kSuccess;
  }
  if (!dbl::handle_destroyed(kind, object)) {
    return kBadParam;
  }
  delete object;
  return kSuccess;
}

}  // namespace cudnn_double
