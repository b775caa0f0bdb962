// Where the weight space holds each matrix and bias vector.
//
// cuDNN documents no order and allows gaps: only cudnnGetRNNWeightParams tells. The double's order is
// therefore one that no caller would guess: layers from last to first, recurrent before input
// weights, all biases behind all matrices, and gaps around every block. What does hold is that the
// four gates of a block follow each other in the order i, f, g, o.
#pragma once

#include <cstddef>
#include <vector>

#include "descriptors.h"
#include "lstm_math.h"

namespace cudnn_double {

class WeightSpace {
 public:
  WeightSpace(int layers, int input, int hidden, numerics::Format format);
  explicit WeightSpace(const RnnDescriptor& descriptor);

  std::size_t bytes() const { return bytes_; }

  struct Part {
    std::size_t offset;  // bytes from the start of the weight space
    std::size_t rows;
    std::size_t columns;
  };
  // linear_id 0-3: gates i, f, g, o on the layer's input; 4-7: on h(t-1).
  Part matrix(int layer, int linear_id) const;
  Part bias(int layer, int linear_id) const;

  // All weights of a weight space in host-readable memory.
  std::vector<LayerWeights> read(const void* space) const;
  // Adds gradients; both bias vectors get the same. Gaps stay as they are.
  void add(const std::vector<LayerWeights>& gradients, void* space) const;

 private:
  struct Layer {
    std::size_t input_matrices;
    std::size_t recurrent_matrices;
    std::size_t input_biases;
    std::size_t recurrent_biases;
  };
  std::size_t input_of(std::size_t layer) const { return layer == 0 ? input_ : hidden_; }
  std::vector<double> widened(const void* space, std::size_t offset, std::size_t count) const;
  void add_block(const std::vector<double>& gradients, void* space, std::size_t offset) const;

  std::size_t input_;
  std::size_t hidden_;
  numerics::Format format_;
  std::size_t element_;
  std::vector<Layer> layers_;
  std::size_t bytes_ = 0;
};

}  // namespace cudnn_double
