// cudnnRNNForward.
#include "dropout.h"
#include "rnn_call.h"
#include "status.h"
#include "temp_space.h"

using namespace cudnn_double;

namespace {

struct Forward {
  Network network;
  bool training;
  const void* x;
  void* y;
  const void* hx;
  void* hy;
  const void* cx;
  void* cy;
  Spaces spaces;

  void compute() const;
  Ranges ranges(const std::int32_t* device_lengths) const;

 private:
  void keep(const Activations& kept) const;
};

Ranges Forward::ranges(const std::int32_t* device_lengths) const {
  const std::size_t state = network.bytes(network.state_count());
  Ranges result;
  result.reads(device_lengths, network.shape.batch * sizeof(std::int32_t), "devSeqLengths");
  result.reads(x, network.bytes(network.x_count()), "x");
  result.writes(y, network.bytes(network.y_count()), "y");
  result.reads(hx, state, "hx");
  result.writes(hy, state, "hy");
  result.reads(cx, state, "cx");
  result.writes(cy, state, "cy");
  result.reads(spaces.weights, spaces.weight_bytes, "weightSpace");
  result.writes(spaces.work, spaces.work_bytes, "workSpace");
  if (training) {
    result.writes(spaces.reserve, spaces.reserve_bytes, "reserveSpace");
    if (network.drops) {
      result.writes(network.dropout.states, network.dropout.state_bytes, "dropout states");
    }
  }
  return result;
}

void Forward::compute() const {
  const LstmShape& shape = network.shape;
  Activations kept;
  if (training && network.drops && !draw_dropout(network.dropout, shape, kept)) {
    return;
  }
  const States initial{network.load(hx, network.state_count()),
                       network.load(cx, network.state_count())};
  lstm_forward(shape, network.format, network.weights.read(spaces.weights),
               network.load(x, network.x_count()), initial, kept);
  const std::size_t size = network.y_count();
  network.store(kept.outputs.data() + (shape.layers - 1) * size, size, y);
  States last;
  for (std::size_t l = 0; l < shape.layers; l++) {
    const auto from = static_cast<std::ptrdiff_t>((l + 1) * size - shape.state());
    const auto to = static_cast<std::ptrdiff_t>((l + 1) * size);
    last.h.insert(last.h.end(), kept.outputs.begin() + from, kept.outputs.begin() + to);
    last.c.insert(last.c.end(), kept.cells.begin() + from, kept.cells.begin() + to);
  }
  network.store(last.h.data(), last.h.size(), hy);
  network.store(last.c.data(), last.c.size(), cy);
  poison(spaces.work, spaces.work_bytes);
  if (training) {
    keep(kept);
  }
}

void Forward::keep(const Activations& kept) const {
  const std::size_t state = network.bytes(network.state_count());
  const Inputs inputs{fingerprint(x, network.bytes(network.x_count())),
                      fingerprint(y, network.bytes(network.y_count())), fingerprint(hx, state),
                      fingerprint(cx, state),
                      fingerprint(spaces.weights, network.weights.bytes())};
  Reserve(network.shape, network.format, network.drops, spaces.reserve)
      .write(Stage::kForward, inputs, kept);
}

}  // namespace

int cudnnRNNForward(cudnnHandle_t handle, cudnnRNNDescriptor_t descriptor, int mode,
                    const std::int32_t* device_lengths, cudnnRNNDataDescriptor_t x_descriptor,
                    const void* x, cudnnRNNDataDescriptor_t y_descriptor, void* y,
                    cudnnTensorDescriptor_t h_descriptor, const void* hx, void* hy,
                    cudnnTensorDescriptor_t c_descriptor, const void* cx, void* cy,
                    std::size_t weight_bytes, const void* weights, std::size_t work_bytes,
                    void* work, std::size_t reserve_bytes, void* reserve) {
  DBL_DEVICE_ENTRY("cudnnRNNForward", int, kExecutionFailed)
  const Descriptors descriptors{handle, descriptor, x_descriptor, y_descriptor};
  int status = check_descriptors(descriptors, mode);
  if (status != kSuccess) {
    return status;
  }
  CUDNN_REJECT(x == nullptr || y == nullptr)
  const Forward call{network_of(descriptors), mode == kTraining, x, y, hx, hy, cx, cy,
                     {weight_bytes, weights, work_bytes, work, reserve_bytes, reserve}};
  const Network& network = call.network;
  status = check_states(h_descriptor, hx != nullptr || hy != nullptr, network);
  if (status == kSuccess) {
    status = check_states(c_descriptor, cx != nullptr || cy != nullptr, network);
  }
  if (status == kSuccess) {
    status = check_spaces(network, call.training, call.spaces);
  }
  if (status != kSuccess) {
    return status;
  }
  return submit(handle, network, "cudnnRNNForward", mode, call.ranges(device_lengths),
                [call] { call.compute(); });
}
