// RNN descriptors: what cudnnSetRNNDescriptor_v8 accepts; statuses as found with cuDNN 9.5.1.
#include <cmath>

#include "descriptors.h"
#include "status.h"

using namespace cudnn_double;

namespace {

constexpr std::size_t kFirstVersionWithBFloat16 = 91300;

// The type matrix: which algorithm takes which data type with which precision.
bool types_supported(int algorithm, int data_type, int precision) {
  switch (data_type) {
    case kFloat:
      return precision == kFloat;
    case kDouble:
      return precision == kDouble && (algorithm == kStandard || algorithm == kPersistDynamic);
    case kHalf:
      return precision == kFloat || (precision == kHalf && algorithm == kStandard);
    case kBFloat16:
      // The static algorithm took it in cuDNN 9.14; the others have not been tried.
      return precision == kFloat && (algorithm == kStandard || algorithm == kPersistStatic) &&
             cudnnGetVersion() >= kFirstVersionWithBFloat16;
    default:
      return false;
  }
}

bool in_range(int value, int low, int high) { return value >= low && value <= high; }

int check_values(const RnnDescriptor& d) {
  CUDNN_REJECT(!in_range(d.cell_mode, kRelu, kGru))
  CUDNN_REJECT(!in_range(d.direction, kUnidirectional, kBidirectional))
  CUDNN_REJECT(!in_range(d.input_mode, kLinearInput, kSkipInput))
  CUDNN_REJECT(d.input_size < 1 || d.hidden_size < 1 || d.layers < 1)
  CUDNN_REJECT(d.projection <= 0)
  CUDNN_REJECT((d.flags & ~1U) != 0)
  if (!in_range(d.algorithm, kStandard, kSmallH) || !in_range(d.bias_mode, kNoBias, kRecurrentBias) ||
      !in_range(d.math_type, 0, 3)) {
    return fail(kBadParam);
  }
  return kSuccess;
}

int check_support(const RnnDescriptor& d) {
  const bool persistent = d.algorithm != kStandard;
  const bool projects = d.projection != d.hidden_size;
  if (d.projection > d.hidden_size || (persistent && projects) ||
      (persistent && d.bias_mode != kDoubleBias) ||
      !types_supported(d.algorithm, d.data_type, d.math_precision)) {
    return fail(kNotSupported);
  }
  return kSuccess;
}

}  // namespace

int cudnnCreateRNNDescriptor(cudnnRNNDescriptor_t* descriptor) {
  DBL_ENTRY("cudnnCreateRNNDescriptor", int)
  CUDNN_REJECT(!descriptor)
  create(descriptor, kRnnKind);
  return kSuccess;
}

int cudnnDestroyRNNDescriptor(cudnnRNNDescriptor_t descriptor) {
  DBL_RELEASE_ENTRY("cudnnDestroyRNNDescriptor");
  return DBL_RESULT(destroy(descriptor, kRnnKind), int);
}

int cudnnSetRNNDescriptor_v8(cudnnRNNDescriptor_t descriptor, int algorithm, int cell_mode,
                             int bias_mode, int direction, int input_mode, int data_type,
                             int math_precision, int math_type, std::int32_t input_size,
                             std::int32_t hidden_size, std::int32_t projection,
                             std::int32_t layers, cudnnDropoutDescriptor_t dropout,
                             std::uint32_t flags) {
  DBL_ENTRY("cudnnSetRNNDescriptor_v8", int)
  CUDNN_REJECT(!dbl::handle_valid(kRnnKind, descriptor))
  RnnDescriptor wanted;
  wanted.set = true;
  wanted.algorithm = algorithm;
  wanted.cell_mode = cell_mode;
  wanted.bias_mode = bias_mode;
  wanted.direction = direction;
  wanted.input_mode = input_mode;
  wanted.data_type = data_type;
  wanted.math_precision = math_precision;
  wanted.math_type = math_type;
  wanted.input_size = input_size;
  wanted.hidden_size = hidden_size;
  wanted.projection = projection;
  wanted.layers = layers;
  wanted.dropout = dropout;
  wanted.flags = flags;
  wanted.clip_mode = descriptor->clip_mode;
  CUDNN_REJECT(dropout != nullptr && !dbl::handle_valid(kDropoutKind, dropout))
  int status = check_values(wanted);
  if (status == kSuccess) {
    status = check_support(wanted);
  }
  // A refused call leaves the descriptor as it was.
  if (status == kSuccess) {
    *descriptor = wanted;
  }
  return status;
}

int cudnnGetRNNDescriptor_v8(cudnnRNNDescriptor_t descriptor, int* algorithm, int* cell_mode,
                             int* bias_mode, int* direction, int* input_mode, int* data_type,
                             int* math_precision, int* math_type, std::int32_t* input_size,
                             std::int32_t* hidden_size, std::int32_t* projection,
                             std::int32_t* layers, cudnnDropoutDescriptor_t* dropout,
                             std::uint32_t* flags) {
  DBL_ENTRY("cudnnGetRNNDescriptor_v8", int)
  CUDNN_REJECT(!dbl::handle_valid(kRnnKind, descriptor))
  if (!descriptor->set) {
    return fail(kNotInitialized);
  }
  const auto give = [](auto* to, auto value) {
    if (to != nullptr) {
      *to = value;
    }
  };
  give(algorithm, descriptor->algorithm);
  give(cell_mode, descriptor->cell_mode);
  give(bias_mode, descriptor->bias_mode);
  give(direction, descriptor->direction);
  give(input_mode, descriptor->input_mode);
  give(data_type, descriptor->data_type);
  give(math_precision, descriptor->math_precision);
  give(math_type, descriptor->math_type);
  give(input_size, descriptor->input_size);
  give(hidden_size, descriptor->hidden_size);
  give(projection, descriptor->projection);
  give(layers, descriptor->layers);
  give(dropout, descriptor->dropout);
  give(flags, descriptor->flags);
  return kSuccess;
}

int cudnnRNNSetClip_v9(cudnnRNNDescriptor_t descriptor, int mode, double low, double high) {
  DBL_ENTRY("cudnnRNNSetClip_v9", int)
  CUDNN_REJECT(!dbl::handle_valid(kRnnKind, descriptor))
  CUDNN_REJECT((low > high) || std::isnan(low) || std::isnan(high))
  // The library takes any mode here.
  descriptor->clip_mode = mode;
  return kSuccess;
}
