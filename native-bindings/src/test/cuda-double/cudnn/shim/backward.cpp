// cudnnRNNBackwardData_v8 and cudnnRNNBackwardWeights_v8.
#include <algorithm>
#include <cmath>

#include "rnn_call.h"
#include "status.h"
#include "temp_space.h"

using namespace cudnn_double;

namespace {

constexpr const char* kData = "cudnnRNNBackwardData_v8";
constexpr const char* kWeights = "cudnnRNNBackwardWeights_v8";

void check_unchanged(const char* who, const char* name, std::uint64_t before, std::uint64_t now) {
  if (before != now) {
    dbl::violation(dbl::format("%s: %s is not what cudnnRNNForward saw", who, name));
  }
}

struct BackwardData {
  Network network;
  const void* y;
  const void* dy;
  void* dx;
  const void* hx;
  const void* dhy;
  void* dhx;
  const void* cx;
  const void* dcy;
  void* dcx;
  Spaces spaces;

  Ranges ranges(const std::int32_t* device_lengths) const;
  void compute() const;

 private:
  void check(const Inputs& inputs) const;
  void refuse() const;
};

Ranges BackwardData::ranges(const std::int32_t* device_lengths) const {
  const std::size_t state = network.bytes(network.state_count());
  Ranges result;
  result.reads(device_lengths, network.shape.batch * sizeof(std::int32_t), "devSeqLengths");
  result.reads(y, network.bytes(network.y_count()), "y");
  result.reads(dy, network.bytes(network.y_count()), "dy");
  result.writes(dx, network.bytes(network.x_count()), "dx");
  result.reads(hx, state, "hx");
  result.reads(dhy, state, "dhy");
  result.writes(dhx, state, "dhx");
  result.reads(cx, state, "cx");
  result.reads(dcy, state, "dcy");
  result.writes(dcx, state, "dcx");
  result.reads(spaces.weights, spaces.weight_bytes, "weightSpace");
  result.writes(spaces.work, spaces.work_bytes, "workSpace");
  result.writes(spaces.reserve, spaces.reserve_bytes, "reserveSpace");
  return result;
}

void BackwardData::check(const Inputs& inputs) const {
  const std::size_t state = network.bytes(network.state_count());
  check_unchanged(kData, "y", inputs.y, fingerprint(y, network.bytes(network.y_count())));
  check_unchanged(kData, "hx", inputs.hx, fingerprint(hx, state));
  check_unchanged(kData, "cx", inputs.cx, fingerprint(cx, state));
  check_unchanged(kData, "weightSpace", inputs.weights,
                  fingerprint(spaces.weights, network.weights.bytes()));
}

// Without activations there are no gradients: NaN instead of something that looks like some.
void BackwardData::refuse() const {
  const std::vector<double> nan(std::max(network.x_count(), network.state_count()), std::nan(""));
  network.store(nan.data(), network.x_count(), dx);
  network.store(nan.data(), network.state_count(), dhx);
  network.store(nan.data(), network.state_count(), dcx);
}

void BackwardData::compute() const {
  Reserve reserve(network.shape, network.format, network.drops, spaces.reserve);
  Inputs inputs;
  Activations kept;
  if (!reserve.read(Stage::kForward, kData, inputs, kept)) {
    return refuse();
  }
  check(inputs);
  const States initial{network.load(hx, network.state_count()),
                       network.load(cx, network.state_count())};
  DataGradients gradients;
  gradients.dy = network.load(dy, network.y_count());
  gradients.last = {network.load(dhy, network.state_count()),
                    network.load(dcy, network.state_count())};
  lstm_backward_data(network.shape, network.format, network.weights.read(spaces.weights), initial,
                     kept, gradients);
  network.store(gradients.dx.data(), gradients.dx.size(), dx);
  network.store(gradients.initial.h.data(), network.state_count(), dhx);
  network.store(gradients.initial.c.data(), network.state_count(), dcx);
  poison(spaces.work, spaces.work_bytes);
  reserve.write(Stage::kDataGradients, inputs, kept);
}

struct BackwardWeights {
  Network network;
  const void* x;
  const void* hx;
  const void* y;
  void* gradients;
  Spaces spaces;

  Ranges ranges(const std::int32_t* device_lengths) const;
  void compute() const;
};

Ranges BackwardWeights::ranges(const std::int32_t* device_lengths) const {
  Ranges result;
  result.reads(device_lengths, network.shape.batch * sizeof(std::int32_t), "devSeqLengths");
  result.reads(x, network.bytes(network.x_count()), "x");
  result.reads(hx, network.bytes(network.state_count()), "hx");
  result.reads(y, network.bytes(network.y_count()), "y");
  result.writes(gradients, spaces.weight_bytes, "dweightSpace");
  result.writes(spaces.work, spaces.work_bytes, "workSpace");
  result.writes(spaces.reserve, spaces.reserve_bytes, "reserveSpace");
  return result;
}

void BackwardWeights::compute() const {
  Inputs inputs;
  Activations kept;
  if (!Reserve(network.shape, network.format, network.drops, spaces.reserve)
           .read(Stage::kDataGradients, kWeights, inputs, kept)) {
    return;
  }
  check_unchanged(kWeights, "x", inputs.x, fingerprint(x, network.bytes(network.x_count())));
  check_unchanged(kWeights, "hx", inputs.hx,
                  fingerprint(hx, network.bytes(network.state_count())));
  check_unchanged(kWeights, "y", inputs.y, fingerprint(y, network.bytes(network.y_count())));
  const States initial{network.load(hx, network.state_count()), {}};
  const std::vector<LayerWeights> sums =
      lstm_backward_weights(network.shape, network.load(x, network.x_count()), initial, kept);
  network.weights.add(sums, gradients);
  poison(spaces.work, spaces.work_bytes);
}

}  // namespace

int cudnnRNNBackwardData_v8(cudnnHandle_t handle, cudnnRNNDescriptor_t descriptor,
                            const std::int32_t* device_lengths,
                            cudnnRNNDataDescriptor_t y_descriptor, const void* y, const void* dy,
                            cudnnRNNDataDescriptor_t x_descriptor, void* dx,
                            cudnnTensorDescriptor_t h_descriptor, const void* hx, const void* dhy,
                            void* dhx, cudnnTensorDescriptor_t c_descriptor, const void* cx,
                            const void* dcy, void* dcx, std::size_t weight_bytes,
                            const void* weights, std::size_t work_bytes, void* work,
                            std::size_t reserve_bytes, void* reserve) {
  DBL_DEVICE_ENTRY(kData, int, kExecutionFailed)
  const Descriptors descriptors{handle, descriptor, x_descriptor, y_descriptor};
  int status = check_descriptors(descriptors, kTraining);
  if (status != kSuccess) {
    return status;
  }
  CUDNN_REJECT(y == nullptr || dy == nullptr || dx == nullptr)
  const BackwardData call{network_of(descriptors), y, dy, dx, hx, dhy, dhx, cx, dcy, dcx,
                          {weight_bytes, weights, work_bytes, work, reserve_bytes, reserve}};
  const Network& network = call.network;
  status = check_states(h_descriptor, hx != nullptr || dhy != nullptr || dhx != nullptr, network);
  if (status == kSuccess) {
    status = check_states(c_descriptor, cx != nullptr || dcy != nullptr || dcx != nullptr, network);
  }
  if (status == kSuccess) {
    status = check_spaces(network, true, call.spaces);
  }
  if (status != kSuccess) {
    return status;
  }
  return submit(handle, network, kData, kTraining, call.ranges(device_lengths), [call] { call.compute(); });
}

int cudnnRNNBackwardWeights_v8(cudnnHandle_t handle, cudnnRNNDescriptor_t descriptor,
                               int gradient_mode, const std::int32_t* device_lengths,
                               cudnnRNNDataDescriptor_t x_descriptor, const void* x,
                               cudnnTensorDescriptor_t h_descriptor, const void* hx,
                               cudnnRNNDataDescriptor_t y_descriptor, const void* y,
                               std::size_t weight_bytes, void* weight_gradients,
                               std::size_t work_bytes, void* work, std::size_t reserve_bytes,
                               void* reserve) {
  DBL_DEVICE_ENTRY(kWeights, int, kExecutionFailed)
  const Descriptors descriptors{handle, descriptor, x_descriptor, y_descriptor};
  int status = check_descriptors(descriptors, kTraining);
  if (status != kSuccess) {
    return status;
  }
  if (gradient_mode != kAdd) {
    return fail(gradient_mode == kSet ? kNotSupported : kBadParam);
  }
  CUDNN_REJECT(x == nullptr || y == nullptr)
  const BackwardWeights call{
      network_of(descriptors), x, hx, y, weight_gradients,
      {weight_bytes, weight_gradients, work_bytes, work, reserve_bytes, reserve}};
  const Network& network = call.network;
  status = check_states(h_descriptor, hx != nullptr, network);
  if (status == kSuccess) {
    status = check_spaces(network, true, call.spaces);
  }
  if (status != kSuccess) {
    return status;
  }
  return submit(handle, network, kWeights, kTraining, call.ranges(device_lengths), [call] { call.compute(); });
}
