#include "dropout.h"

#include <cstring>

#include "status.h"

using namespace cudnn_double;

namespace {

constexpr std::uint64_t kMagic = 0x64726f706f757421;  // "dropout!"

struct RandomStates {
  std::uint64_t magic;
  std::uint64_t seed;
  std::uint64_t draws;
};

// SplitMix64's finaliser (Steele et al., "Fast splittable pseudorandom number generators", 2014).
std::uint64_t mix(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

int check_dropout(Handle* handle, DropoutDescriptor* descriptor, float probability, void* states,
                  std::size_t bytes) {
  CUDNN_REJECT(!dbl::handle_valid(kHandleKind, handle) ||
               !dbl::handle_valid(kDropoutKind, descriptor))
  CUDNN_REJECT(!(probability >= 0 && probability <= 1))
  CUDNN_REJECT(states != nullptr && bytes < kDropoutStateBytes)
  CUDNN_REJECT(states == nullptr && probability > 0)
  return kSuccess;
}

void set(DropoutDescriptor* descriptor, float probability, void* states, std::size_t bytes) {
  descriptor->probability = probability;
  descriptor->states = states;
  descriptor->state_bytes = bytes;
}

}  // namespace

namespace cudnn_double {

bool drops(const RnnDescriptor& d) {
  return d.layers > 1 && d.dropout != nullptr && dbl::handle_valid(kDropoutKind, d.dropout) &&
         d.dropout->probability > 0;
}

bool draw_dropout(const DropoutDescriptor& dropout, const LstmShape& shape, Activations& kept) {
  RandomStates states;
  std::memcpy(&states, dropout.states, sizeof states);
  if (states.magic != kMagic) {
    dbl::violation("cudnnRNNForward: the dropout states were never set or are overwritten");
    return false;
  }
  const std::uint64_t key = mix(mix(states.seed) + states.draws++);
  const double keep = 1.0 - static_cast<double>(dropout.probability);
  kept.scales.resize((shape.layers - 1) * shape.rows() * shape.hidden);
  for (std::size_t i = 0; i < kept.scales.size(); i++) {
    const double uniform = static_cast<double>(mix(key + i) >> 11) * 0x1p-53;
    kept.scales[i] = uniform < keep ? 1.0 / keep : 0.0;
  }
  std::memcpy(dropout.states, &states, sizeof states);
  return true;
}

}  // namespace cudnn_double

int cudnnCreateDropoutDescriptor(cudnnDropoutDescriptor_t* descriptor) {
  DBL_ENTRY("cudnnCreateDropoutDescriptor", int)
  CUDNN_REJECT(!descriptor)
  create(descriptor, kDropoutKind);
  return kSuccess;
}

int cudnnDestroyDropoutDescriptor(cudnnDropoutDescriptor_t descriptor) {
  DBL_RELEASE_ENTRY("cudnnDestroyDropoutDescriptor");
  return DBL_RESULT(destroy(descriptor, kDropoutKind), int);
}

int cudnnDropoutGetStatesSize(cudnnHandle_t handle, std::size_t* bytes) {
  DBL_ENTRY("cudnnDropoutGetStatesSize", int)
  CUDNN_REJECT(!dbl::handle_valid(kHandleKind, handle) || bytes == nullptr)
  *bytes = kDropoutStateBytes;
  return kSuccess;
}

int cudnnSetDropoutDescriptor(cudnnDropoutDescriptor_t descriptor, cudnnHandle_t handle,
                              float probability, void* states, std::size_t state_bytes,
                              unsigned long long seed) {
  DBL_DEVICE_ENTRY("cudnnSetDropoutDescriptor", int, kExecutionFailed)
  const int status = check_dropout(handle, descriptor, probability, states, state_bytes);
  if (status != kSuccess) {
    return status;
  }
  if (dbl::forbid_in_capture(handle->stream, "cudnnSetDropoutDescriptor") != cudaSuccess) {
    return fail(kExecutionFailedCudart, "cudnnSetDropoutDescriptor during capture");
  }
  set(descriptor, probability, states, state_bytes);
  if (states == nullptr) {
    return kSuccess;
  }
  const auto fill = [states, seed] {
    const RandomStates fresh{kMagic, seed, 0};
    std::memcpy(states, &fresh, sizeof fresh);
  };
  const cudaError_t queued =
      dbl::enqueue(handle->stream, {dbl::writes(states, state_bytes, "states")}, fill,
                   "cudnnSetDropoutDescriptor");
  return queued == cudaSuccess ? static_cast<int>(kSuccess) : fail(kExecutionFailedCudart);
}

int cudnnRestoreDropoutDescriptor(cudnnDropoutDescriptor_t descriptor, cudnnHandle_t handle,
                                  float probability, void* states, std::size_t state_bytes,
                                  unsigned long long /* seed: the states keep theirs */) {
  DBL_ENTRY("cudnnRestoreDropoutDescriptor", int)
  const int status = check_dropout(handle, descriptor, probability, states, state_bytes);
  if (status == kSuccess) {
    set(descriptor, probability, states, state_bytes);
  }
  return status;
}
