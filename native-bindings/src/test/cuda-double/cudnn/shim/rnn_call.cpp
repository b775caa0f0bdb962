#include "rnn_call.h"

#include <cstring>

#include "dropout.h"
#include "limits.h"
#include "status.h"
#include "temp_space.h"

namespace cudnn_double {
namespace {

constexpr int kPoison = 0xFF;  // NaN in every type

bool overlap(const dbl::Range& a, const dbl::Range& b) {
  const auto* first = static_cast<const char*>(a.address);
  const auto* second = static_cast<const char*>(b.address);
  return first < second + b.bytes && second < first + a.bytes;
}

std::string kind_of(const Network& network, const char* who, int mode) {
  const LstmShape& s = network.shape;
  return dbl::format("%s %d %zu %zu %zu %zu %zu %d", who, mode, s.steps, s.batch, s.input, s.hidden,
                     s.layers, static_cast<int>(network.format));
}

}  // namespace

LstmShape shape_of(const RnnDescriptor& d, const RnnDataDescriptor& x) {
  return {static_cast<std::size_t>(x.max_length), static_cast<std::size_t>(x.batch),
          static_cast<std::size_t>(d.input_size), static_cast<std::size_t>(d.hidden_size),
          static_cast<std::size_t>(d.layers)};
}

std::vector<double> Network::load(const void* from, std::size_t count) const {
  std::vector<double> result(count, 0.0);
  if (from != nullptr) {
    numerics::widen(format, from, count, result.data());
  }
  return result;
}

void Network::store(const double* from, std::size_t count, void* to) const {
  if (to != nullptr) {
    numerics::narrow(format, from, count, to);
  }
}

int check_descriptors(const Descriptors& d, int mode) {
  CUDNN_REJECT(!dbl::handle_valid(kRnnKind, d.rnn) || !dbl::handle_valid(kHandleKind, d.handle) ||
               !dbl::handle_valid(kRnnDataKind, d.x) || !dbl::handle_valid(kRnnDataKind, d.y))
  int status = check_network(*d.rnn);
  if (status == kSuccess) {
    status = check_sequences(*d.rnn, mode, *d.x);
  }
  if (status != kSuccess) {
    return status;
  }
  CUDNN_REJECT(d.y->vector != d.rnn->hidden_size)
  CUDNN_REJECT(d.y->data_type != d.x->data_type || d.y->layout != d.x->layout ||
               d.y->max_length != d.x->max_length || d.y->batch != d.x->batch ||
               d.y->lengths != d.x->lengths)
  return kSuccess;
}

Network network_of(const Descriptors& d) {
  const bool dropping = drops(*d.rnn);
  return {d.handle->stream,
          shape_of(*d.rnn, *d.x),
          format_of(d.rnn->data_type),
          WeightSpace(*d.rnn),
          dropping,
          dropping ? *d.rnn->dropout : DropoutDescriptor()};
}

int check_states(const TensorDescriptor* d, bool used, const Network& network) {
  if (d == nullptr) {
    CUDNN_REJECT(d == nullptr && used)
    return kSuccess;
  }
  CUDNN_REJECT(!dbl::handle_valid(kTensorKind, d))
  CUDNN_REJECT(d->dimensions < 3 || format_of(d->data_type) != network.format)
  const LstmShape& s = network.shape;
  const std::size_t expected[3] = {s.layers, s.batch, s.hidden};
  std::size_t stride = 1;
  for (int i = d->dimensions - 1; i >= 0; i--) {
    const auto size = static_cast<std::size_t>(d->sizes[i]);
    CUDNN_REJECT(size != (i < 3 ? expected[i] : 1))
    CUDNN_REJECT(size > 1 && static_cast<std::size_t>(d->strides[i]) != stride)
    stride *= size;
  }
  return kSuccess;
}

int check_spaces(const Network& network, bool training, const Spaces& s) {
  CUDNN_REJECT(s.weights == nullptr || s.weight_bytes < network.weights.bytes())
  const std::size_t work = workspace_bytes(network.shape, training, network.drops);
  CUDNN_REJECT(s.work == nullptr || s.work_bytes < work)
  if (training) {
    const std::size_t reserve = reserve_bytes(network.shape, network.drops);
    CUDNN_REJECT(s.reserve == nullptr || s.reserve_bytes < reserve)
  }
  return kSuccess;
}

void Ranges::reads(const void* address, std::size_t bytes, const char* name) {
  if (address != nullptr) {
    list_.push_back(dbl::reads(address, bytes, name));
  }
}

void Ranges::writes(const void* address, std::size_t bytes, const char* name) {
  if (address != nullptr) {
    list_.push_back(dbl::writes(address, bytes, name));
  }
}

void Ranges::report_overlaps(const char* who) const {
  for (std::size_t i = 0; i < list_.size(); i++) {
    for (std::size_t j = 0; j < i; j++) {
      const dbl::Range& a = list_[j];
      const dbl::Range& b = list_[i];
      const bool writes = a.access == dbl::Access::Write || b.access == dbl::Access::Write;
      if (writes && overlap(a, b)) {
        dbl::violation(dbl::format("%s: %s and %s overlap", who, a.name, b.name));
      }
    }
  }
}

int submit(Handle* handle, const Network& network, const char* who, int mode, const Ranges& ranges,
           std::function<void()> work) {
  const std::string kind = kind_of(network, who, mode);
  if (!dbl::is_capturing(network.stream)) {
    handle->warm.insert(kind);
  } else if (handle->warm.count(kind) == 0) {
    dbl::forbid_in_capture(network.stream, who);
    return fail(kExecutionFailedCudart, "the first call of its kind must run before a capture");
  }
  ranges.report_overlaps(who);
  const cudaError_t status = dbl::enqueue(network.stream, ranges.list(), std::move(work), who);
  return status == cudaSuccess ? static_cast<int>(kSuccess)
                               : fail(kExecutionFailedCudart, "the stream takes no work");
}

void poison(void* work, std::size_t bytes) { std::memset(work, kPoison, bytes); }

}  // namespace cudnn_double
