#include "lstm.h"

#include <random>

#include "check.h"
#include "control.h"
#include "core.h"

namespace mathtest {

using namespace cudnn_double;

Values random_values(std::size_t count, unsigned seed, double scale) {
  std::mt19937 generator(seed);
  Values result(count);
  for (double& value : result) {
    value = scale * (generator() / 2147483648.0 - 1.0);
  }
  return result;
}

void finish() { dbl::drain_all(); }

double sum(const Values& values) {
  double result = 0;
  for (const double value : values) {
    result += value;
  }
  return result;
}

Lstm::Lstm(const Sizes& wanted, int data_type, int algorithm, float probability)
    : sizes(wanted), type(data_type) {
  EXPECT_STATUS(0, cudnnCreate(&handle));
  describe(algorithm, probability);
  EXPECT_STATUS(0, cudnnGetRNNWeightSpaceSize(handle, rnn, &weight_bytes));
  EXPECT_STATUS(0, cudnnGetRNNTempSpaceSizes(handle, rnn, kTraining, x_descriptor, &work_bytes,
                                             &reserve_bytes));
  allocate_all();
}

void Lstm::describe(int algorithm, float probability) {
  cudnnCreateDropoutDescriptor(&dropout);
  std::size_t state_bytes = 0;
  cudnnDropoutGetStatesSize(handle, &state_bytes);
  allocate("dropout", probability > 0 ? state_bytes : 1);
  EXPECT_STATUS(0, cudnnSetDropoutDescriptor(dropout, handle, probability,
                                             probability > 0 ? at("dropout") : nullptr,
                                             probability > 0 ? state_bytes : 0, 7));
  cudnnCreateRNNDescriptor(&rnn);
  const int precision = type == kDouble ? kDouble : kFloat;
  EXPECT_STATUS(0, cudnnSetRNNDescriptor_v8(rnn, algorithm, kLstm, kDoubleBias, kUnidirectional,
                                            kLinearInput, type, precision, 0, sizes.input,
                                            sizes.hidden, sizes.hidden, sizes.layers, dropout, 0));
  if (algorithm == kPersistDynamic) {
    EXPECT_STATUS(0, cudnnBuildRNNDynamic(handle, rnn, sizes.batch));
  }
  const std::vector<int> lengths(static_cast<std::size_t>(sizes.batch), sizes.steps);
  cudnnCreateRNNDataDescriptor(&x_descriptor);
  cudnnCreateRNNDataDescriptor(&y_descriptor);
  cudnnSetRNNDataDescriptor(x_descriptor, type, kTimeMajorPacked, sizes.steps, sizes.batch,
                            sizes.input, lengths.data(), nullptr);
  cudnnSetRNNDataDescriptor(y_descriptor, type, kTimeMajorPacked, sizes.steps, sizes.batch,
                            sizes.hidden, lengths.data(), nullptr);
  cudnnCreateTensorDescriptor(&scratch_descriptor);
  cudnnCreateTensorDescriptor(&state_descriptor);
  const int dims[] = {sizes.layers, sizes.batch, sizes.hidden};
  const int strides[] = {sizes.batch * sizes.hidden, sizes.hidden, 1};
  cudnnSetTensorNdDescriptor(state_descriptor, type, 3, dims, strides);
}

void Lstm::allocate(const char* name, std::size_t bytes) {
  void* address = dbl::device_allocate(bytes);
  arrays_[name] = {address, address, bytes};
}

void Lstm::allocate_all() {
  const std::size_t element = numerics::byte_size(format());
  const auto rows = static_cast<std::size_t>(sizes.steps * sizes.batch);
  const auto hidden = static_cast<std::size_t>(sizes.hidden);
  for (const char* name : {"x", "dx"}) {
    allocate(name, rows * static_cast<std::size_t>(sizes.input) * element);
  }
  for (const char* name : {"y", "dy"}) {
    allocate(name, rows * hidden * element);
  }
  const auto state = static_cast<std::size_t>(sizes.layers * sizes.batch) * hidden * element;
  for (const char* name : {"hx", "hy", "cx", "cy", "dhx", "dhy", "dcx", "dcy"}) {
    allocate(name, state);
  }
  allocate("weights", weight_bytes);
  allocate("dweights", weight_bytes);
  allocate("work", work_bytes);
  allocate("reserve", reserve_bytes);
}

Lstm::~Lstm() {
  finish();
  cudnnDestroyTensorDescriptor(state_descriptor);
  cudnnDestroyTensorDescriptor(scratch_descriptor);
  cudnnDestroyRNNDataDescriptor(x_descriptor);
  cudnnDestroyRNNDataDescriptor(y_descriptor);
  cudnnDestroyRNNDescriptor(rnn);
  cudnnDestroyDropoutDescriptor(dropout);
  cudnnDestroy(handle);
  for (const auto& entry : arrays_) {
    dbl::device_free(entry.second.address);
  }
}

numerics::Format Lstm::format() const {
  switch (type) {
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

Values Lstm::get(const char* name) const {
  finish();
  std::vector<char> raw(bytes(name));
  dbl_peek(raw.data(), at(name), static_cast<int64_t>(raw.size()));
  Values result(raw.size() / numerics::byte_size(format()));
  numerics::widen(format(), raw.data(), result.size(), result.data());
  return result;
}

void Lstm::set(const char* name, const Values& values) {
  finish();
  std::vector<char> raw(values.size() * numerics::byte_size(format()));
  numerics::narrow(format(), values.data(), values.size(), raw.data());
  EXPECT_STATUS(0, dbl_poke(at(name), raw.data(), static_cast<int64_t>(raw.size())));
}

void Lstm::fill(const char* name, unsigned char byte) {
  finish();
  const std::vector<unsigned char> raw(bytes(name), byte);
  EXPECT_STATUS(0, dbl_poke(at(name), raw.data(), static_cast<int64_t>(raw.size())));
}

void Lstm::randomize(double scale) {
  fill("weights", 0);
  unsigned seed = 1;
  for (int layer = 0; layer < sizes.layers; layer++) {
    for (int id = 0; id < 8; id++) {
      const int columns = id < 4 && layer == 0 ? sizes.input : sizes.hidden;
      const auto count = static_cast<std::size_t>(sizes.hidden * columns);
      set_part(layer, id, false, random_values(count, seed++, scale));
      set_part(layer, id, true,
               random_values(static_cast<std::size_t>(sizes.hidden), seed++, scale));
    }
  }
  const std::size_t element = numerics::byte_size(format());
  for (const char* name : {"x", "dy", "hx", "cx", "dhy", "dcy"}) {
    set(name, random_values(bytes(name) / element, seed++, scale));
  }
}

std::size_t Lstm::part_offset(int layer, int linear_id, bool bias) const {
  void* matrix = nullptr;
  void* vector = nullptr;
  EXPECT_STATUS(0, cudnnGetRNNWeightParams(handle, rnn, layer, weight_bytes, at("weights"),
                                           linear_id, bias ? nullptr : scratch_descriptor, &matrix,
                                           bias ? scratch_descriptor : nullptr, &vector));
  return static_cast<std::size_t>(static_cast<char*>(bias ? vector : matrix) -
                                  static_cast<char*>(at("weights")));
}

Values Lstm::part(const char* space, int layer, int linear_id, bool bias) const {
  const std::size_t offset = part_offset(layer, linear_id, bias) / numerics::byte_size(format());
  int dimensions = 0;
  int dims[8] = {};
  cudnnGetTensorNdDescriptor(scratch_descriptor, 8, nullptr, &dimensions, dims, nullptr);
  const auto count = static_cast<std::size_t>(dims[0] * dims[1] * dims[2]);
  const Values all = get(space);
  const auto from = all.begin() + static_cast<std::ptrdiff_t>(offset);
  return {from, from + static_cast<std::ptrdiff_t>(count)};
}

void Lstm::set_part(int layer, int linear_id, bool bias, const Values& values) {
  std::vector<char> raw(values.size() * numerics::byte_size(format()));
  numerics::narrow(format(), values.data(), values.size(), raw.data());
  char* to = static_cast<char*>(at("weights")) + part_offset(layer, linear_id, bias);
  EXPECT_STATUS(0, dbl_poke(to, raw.data(), static_cast<int64_t>(raw.size())));
}

int Lstm::forward(int mode) {
  return cudnnRNNForward(handle, rnn, mode, nullptr, x_descriptor, passed("x"), y_descriptor,
                         passed("y"), state_descriptor, passed("hx"), passed("hy"),
                         state_descriptor, passed("cx"), passed("cy"), weight_bytes,
                         passed("weights"), work_bytes, passed("work"), reserve_bytes,
                         passed("reserve"));
}

int Lstm::backward_data() {
  return cudnnRNNBackwardData_v8(
      handle, rnn, nullptr, y_descriptor, passed("y"), passed("dy"), x_descriptor, passed("dx"),
      state_descriptor, passed("hx"), passed("dhy"), passed("dhx"), state_descriptor, passed("cx"),
      passed("dcy"), passed("dcx"), weight_bytes, passed("weights"), work_bytes, passed("work"),
      reserve_bytes, passed("reserve"));
}

int Lstm::backward_weights(int gradient_mode) {
  return cudnnRNNBackwardWeights_v8(handle, rnn, gradient_mode, nullptr, x_descriptor, passed("x"),
                                    state_descriptor, passed("hx"), y_descriptor, passed("y"),
                                    weight_bytes, passed("dweights"), work_bytes, passed("work"),
                                    reserve_bytes, passed("reserve"));
}

void Lstm::train() {
  fill("dweights", 0);
  EXPECT_STATUS(0, forward(kTraining));
  EXPECT_STATUS(0, backward_data());
  EXPECT_STATUS(0, backward_weights());
  finish();
}

}  // namespace mathtest
