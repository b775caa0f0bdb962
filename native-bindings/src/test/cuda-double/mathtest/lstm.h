// A cuDNN LSTM with all its descriptors and device arrays, driven through the C interface only.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "../cudnn/shim/api.h"
#include "../numerics/number_format.h"

namespace mathtest {

struct Sizes {
  int steps = 4;
  int batch = 3;
  int input = 5;
  int hidden = 7;
  int layers = 2;
};

using Values = std::vector<double>;

// Numbers in (-scale, scale) from a seed, the same on every machine.
Values random_values(std::size_t count, unsigned seed, double scale);

class Lstm {
 public:
  explicit Lstm(const Sizes& sizes, int type = cudnn_double::kFloat,
                int algorithm = cudnn_double::kStandard, float dropout = 0);
  ~Lstm();
  Lstm(const Lstm&) = delete;
  Lstm& operator=(const Lstm&) = delete;

  // Names: x y dx dy, hx hy cx cy, dhx dhy dcx dcy, weights dweights work reserve.
  void* at(const char* name) const { return arrays_.at(name).address; }
  std::size_t bytes(const char* name) const { return arrays_.at(name).bytes; }
  Values get(const char* name) const;
  void set(const char* name, const Values& values);
  void fill(const char* name, unsigned char byte);
  // Arguments of this name are passed as null from now on.
  void drop(const char* name) { arrays_.at(name).passed = nullptr; }
  // Sets x, states, weights and the output gradients to random values.
  void randomize(double scale);

  // A matrix or bias of the weights or of their gradients.
  Values part(const char* space, int layer, int linear_id, bool bias) const;
  void set_part(int layer, int linear_id, bool bias, const Values& values);
  std::size_t part_offset(int layer, int linear_id, bool bias) const;

  int forward(int mode);
  int backward_data();
  int backward_weights(int gradient_mode = cudnn_double::kAdd);
  // All three, with the gradients of the weights zeroed before; runs the queued work.
  void train();

  const Sizes sizes;
  const int type;
  cudnnHandle_t handle = nullptr;
  cudnnRNNDescriptor_t rnn = nullptr;
  cudnnDropoutDescriptor_t dropout = nullptr;
  cudnnRNNDataDescriptor_t x_descriptor = nullptr;
  cudnnRNNDataDescriptor_t y_descriptor = nullptr;
  cudnnTensorDescriptor_t state_descriptor = nullptr;
  cudnnTensorDescriptor_t scratch_descriptor = nullptr;
  // What is passed; tests change them.
  std::size_t weight_bytes = 0;
  std::size_t work_bytes = 0;
  std::size_t reserve_bytes = 0;

 private:
  struct Array {
    void* address;
    void* passed;
    std::size_t bytes;
  };
  void describe(int algorithm, float probability);
  void allocate(const char* name, std::size_t bytes);
  void allocate_all();
  void* passed(const char* name) const { return arrays_.at(name).passed; }
  numerics::Format format() const;

  std::map<std::string, Array> arrays_;
};

void finish();  // runs all queued work

double sum(const Values& values);

}  // namespace mathtest
