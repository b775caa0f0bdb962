#include "limits.h"

#include <algorithm>

#include "status.h"

namespace cudnn_double {
namespace {

// The limit that PyTorch observes (aten/src/ATen/native/cudnn/RNN.cpp), since the library's own is
// not documented. The static algorithm has none here: cuDNN 9.14 on an H200 took it for all types and
// shapes tried, several layers and odd sizes among them, though slowly outside of PyTorch's limits.
bool small_algorithm_fits(const RnnDescriptor& d, int mode) {
  return d.hidden_size <= (mode == kTraining ? 128 : 192);
}

int check_algorithm(const RnnDescriptor& d, int mode, const RnnDataDescriptor& x) {
  if (d.algorithm != kStandard && dbl::compute_capability() < 60) {
    return fail(kNotSupported);
  }
  if (d.algorithm == kSmallH && !small_algorithm_fits(d, mode)) {
    return fail(kNotSupported);
  }
  // The plan that cudnnBuildRNNDynamic makes is for one batch size.
  CUDNN_REJECT(d.algorithm == kPersistDynamic && d.dynamic_batch != x.batch)
  return kSuccess;
}

}  // namespace

int check_network(const RnnDescriptor& d) {
  CUDNN_REJECT(!d.set)
  CUDNN_REJECT(d.input_mode == kSkipInput && d.input_size != d.hidden_size)
  if (d.data_type == kBFloat16 && dbl::compute_capability() < 80) {
    return fail(kNotSupported);
  }
  if (d.cell_mode != kLstm || d.direction != kUnidirectional || d.bias_mode != kDoubleBias ||
      d.input_mode != kLinearInput || d.projection != d.hidden_size || d.clip_mode != kClipNone) {
    return beyond_double("other than a unidirectional LSTM with two biases and linear input");
  }
  return kSuccess;
}

int check_sequences(const RnnDescriptor& d, int mode, const RnnDataDescriptor& x) {
  CUDNN_REJECT(mode != kInference && mode != kTraining)
  CUDNN_REJECT(x.max_length == 0)
  CUDNN_REJECT(x.data_type != d.data_type)
  CUDNN_REJECT(x.vector != d.input_size)
  CUDNN_REJECT(x.layout != kTimeMajorPacked && (d.flags & 1U) == 0)
  const bool equal = std::all_of(x.lengths.begin(), x.lengths.end(),
                                 [&](int length) { return length == x.max_length; });
  if (!equal) {
    return d.algorithm == kStandard ? beyond_double("sequences of different lengths")
                                    : fail(kNotSupported);
  }
  if (x.layout == kBatchMajorUnpacked) {
    return beyond_double("batch-major sequences");
  }
  return check_algorithm(d, mode, x);
}

}  // namespace cudnn_double
