// Descriptors of sequence data; statuses as found with cuDNN 9.5.1.
#include <algorithm>

#include "descriptors.h"
#include "status.h"

using namespace cudnn_double;

namespace {

constexpr int kLongestSequence = 65535;

bool type_supported(int data_type) {
  return data_type == kFloat || data_type == kDouble || data_type == kHalf ||
         (data_type == kBFloat16 && cudnnGetVersion() >= 91300);
}

int check_lengths(int layout, int max_length, int batch, const int* lengths) {
  for (int b = 0; b < batch; b++) {
    CUDNN_REJECT(lengths[b] < 0 || lengths[b] > max_length)
  }
  if (layout == kTimeMajorPacked) {
    const bool sorted = std::is_sorted(lengths, lengths + batch, std::greater<int>());
    CUDNN_REJECT(!sorted)
    CUDNN_REJECT(lengths[0] != max_length)
    CUDNN_REJECT(lengths[batch - 1] == 0)
  }
  return kSuccess;
}

}  // namespace

int cudnnCreateRNNDataDescriptor(cudnnRNNDataDescriptor_t* descriptor) {
  DBL_ENTRY("cudnnCreateRNNDataDescriptor", int)
  CUDNN_REJECT(!descriptor)
  create(descriptor, kRnnDataKind);
  return kSuccess;
}

int cudnnDestroyRNNDataDescriptor(cudnnRNNDataDescriptor_t descriptor) {
  DBL_RELEASE_ENTRY("cudnnDestroyRNNDataDescriptor");
  return DBL_RESULT(destroy(descriptor, kRnnDataKind), int);
}

int cudnnSetRNNDataDescriptor(cudnnRNNDataDescriptor_t descriptor, int data_type, int layout,
                              int max_length, int batch, int vector, const int* lengths,
                              void* /* padding_fill: of padded positions, which the double refuses */) {
  DBL_ENTRY("cudnnSetRNNDataDescriptor", int)
  CUDNN_REJECT(!dbl::handle_valid(kRnnDataKind, descriptor))
  CUDNN_REJECT(lengths == nullptr)
  CUDNN_REJECT(data_type < kFloat)
  CUDNN_REJECT(max_length <= 0 || batch <= 0 || vector <= 0)
  if (!type_supported(data_type)) {
    return fail(kNotSupported);
  }
  if (layout < kTimeMajorUnpacked || layout > kBatchMajorUnpacked) {
    return fail(kBadParam);
  }
  if (max_length > kLongestSequence) {
    return fail(kNotSupported);
  }
  const int status = check_lengths(layout, max_length, batch, lengths);
  if (status == kSuccess) {
    descriptor->data_type = data_type;
    descriptor->layout = layout;
    descriptor->max_length = max_length;
    descriptor->batch = batch;
    descriptor->vector = vector;
    descriptor->lengths.assign(lengths, lengths + batch);
  }
  return status;
}
