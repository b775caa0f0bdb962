#include "weight_space.h"

namespace cudnn_double {
namespace {

constexpr std::size_t kGapBytes = 64;

}  // namespace

WeightSpace::WeightSpace(int layers, int input, int hidden, numerics::Format format)
    : input_(static_cast<std::size_t>(input)),
      hidden_(static_cast<std::size_t>(hidden)),
      format_(format),
      element_(numerics::byte_size(format)),
      layers_(static_cast<std::size_t>(layers)) {
  std::size_t end = kGapBytes;
  const auto place = [&](std::size_t elements) {
    const std::size_t start = end;
    end += elements * element_ + kGapBytes;
    return start;
  };
  for (std::size_t l = layers_.size(); l-- > 0;) {
    layers_[l].recurrent_matrices = place(4 * hidden_ * hidden_);
    layers_[l].input_matrices = place(4 * hidden_ * input_of(l));
  }
  for (Layer& layer : layers_) {
    layer.recurrent_biases = place(4 * hidden_);
    layer.input_biases = place(4 * hidden_);
  }
  bytes_ = end;
}

WeightSpace::WeightSpace(const RnnDescriptor& d)
    : WeightSpace(d.layers, d.input_size, d.hidden_size, format_of(d.data_type)) {}

WeightSpace::Part WeightSpace::matrix(int layer, int linear_id) const {
  const auto l = static_cast<std::size_t>(layer);
  const bool recurrent = linear_id >= 4;
  const std::size_t columns = recurrent ? hidden_ : input_of(l);
  const std::size_t block = recurrent ? layers_[l].recurrent_matrices : layers_[l].input_matrices;
  const auto gate = static_cast<std::size_t>(linear_id % 4);
  return {block + gate * hidden_ * columns * element_, hidden_, columns};
}

WeightSpace::Part WeightSpace::bias(int layer, int linear_id) const {
  const Layer& at = layers_[static_cast<std::size_t>(layer)];
  const std::size_t block = linear_id >= 4 ? at.recurrent_biases : at.input_biases;
  return {block + static_cast<std::size_t>(linear_id % 4) * hidden_ * element_, hidden_, 1};
}

std::vector<double> WeightSpace::widened(const void* space, std::size_t offset,
                                         std::size_t count) const {
  std::vector<double> result(count);
  numerics::widen(format_, static_cast<const char*>(space) + offset, count, result.data());
  return result;
}

std::vector<LayerWeights> WeightSpace::read(const void* space) const {
  std::vector<LayerWeights> result(layers_.size());
  for (std::size_t l = 0; l < layers_.size(); l++) {
    const Layer& at = layers_[l];
    result[l].input = widened(space, at.input_matrices, 4 * hidden_ * input_of(l));
    result[l].recurrent = widened(space, at.recurrent_matrices, 4 * hidden_ * hidden_);
    result[l].bias = widened(space, at.input_biases, 4 * hidden_);
    const std::vector<double> second = widened(space, at.recurrent_biases, 4 * hidden_);
    for (std::size_t j = 0; j < second.size(); j++) {
      result[l].bias[j] += second[j];
    }
  }
  return result;
}

void WeightSpace::add_block(const std::vector<double>& gradients, void* space,
                            std::size_t offset) const {
  std::vector<double> sums = widened(space, offset, gradients.size());
  for (std::size_t i = 0; i < sums.size(); i++) {
    sums[i] += gradients[i];
  }
  numerics::narrow(format_, sums.data(), sums.size(), static_cast<char*>(space) + offset);
}

void WeightSpace::add(const std::vector<LayerWeights>& gradients, void* space) const {
  for (std::size_t l = 0; l < layers_.size(); l++) {
    add_block(gradients[l].input, space, layers_[l].input_matrices);
    add_block(gradients[l].recurrent, space, layers_[l].recurrent_matrices);
    add_block(gradients[l].bias, space, layers_[l].input_biases);
    add_block(gradients[l].bias, space, layers_[l].recurrent_biases);
  }
}

}  // namespace cudnn_double
