#include "lstm_math.h"

#include <algorithm>
#include <cmath>

#include "../../numerics/gemm.h"

namespace cudnn_double {
namespace {

using numerics::Format;

double sigmoid(double v) { return 1.0 / (1.0 + std::exp(-v)); }

// What layer `layer` reads: x, or the outputs below with their dropout factors applied.
std::vector<double> layer_input(const LstmShape& s, std::size_t layer, const std::vector<double>& x,
                                const Activations& kept) {
  if (layer == 0) {
    return x;
  }
  const std::size_t size = s.rows() * s.hidden;
  const auto from = static_cast<std::ptrdiff_t>((layer - 1) * size);
  std::vector<double> result(kept.outputs.begin() + from,
                             kept.outputs.begin() + from + static_cast<std::ptrdiff_t>(size));
  if (!kept.scales.empty()) {
    for (std::size_t i = 0; i < size; i++) {
      result[i] *= kept.scales[(layer - 1) * size + i];
    }
  }
  return result;
}

// One cell: turns the four gate arguments of unit j into activations, returns the new cell state.
double activate(double* row, std::size_t hidden, std::size_t j, double previous) {
  double& i = row[j];
  double& f = row[hidden + j];
  double& g = row[2 * hidden + j];
  double& o = row[3 * hidden + j];
  i = sigmoid(i);
  f = sigmoid(f);
  g = std::tanh(g);
  o = sigmoid(o);
  return f * previous + i * g;
}

void forward_layer(const LstmShape& s, Format format, const LayerWeights& w,
                   const std::vector<double>& in, const double* h0, const double* c0, double* gates,
                   double* cells, double* outputs) {
  const std::size_t width = 4 * s.hidden;
  for (std::size_t r = 0; r < s.rows(); r++) {
    std::copy(w.bias.begin(), w.bias.end(), gates + r * width);
  }
  const std::size_t in_width = in.size() / s.rows();
  const std::vector<double> input = numerics::transposed(width, in_width, w.input.data());
  const std::vector<double> recurrent = numerics::transposed(width, s.hidden, w.recurrent.data());
  numerics::multiply_add(s.rows(), width, in_width, in.data(), input.data(), gates);
  for (std::size_t t = 0; t < s.steps; t++) {
    const double* h = t == 0 ? h0 : outputs + (t - 1) * s.state();
    const double* c = t == 0 ? c0 : cells + (t - 1) * s.state();
    double* step = gates + t * s.batch * width;
    numerics::multiply_add(s.batch, width, s.hidden, h, recurrent.data(), step);
    for (std::size_t b = 0; b < s.batch; b++) {
      double* row = step + b * width;
      for (std::size_t j = 0; j < s.hidden; j++) {
        const std::size_t at = t * s.state() + b * s.hidden + j;
        cells[at] = activate(row, s.hidden, j, c[b * s.hidden + j]);
        outputs[at] = numerics::rounded(format, row[3 * s.hidden + j] * std::tanh(cells[at]));
      }
    }
  }
}

// One cell backwards: gates of unit j become their arguments' gradients, dc the gradient by the
// previous cell state.
void differentiate(double* row, std::size_t hidden, std::size_t j, double cell, double previous,
                   double dh, double& dc) {
  const double i = row[j];
  const double f = row[hidden + j];
  const double g = row[2 * hidden + j];
  const double o = row[3 * hidden + j];
  const double squashed = std::tanh(cell);
  const double through = dc + dh * o * (1 - squashed * squashed);
  row[j] = through * g * i * (1 - i);
  row[hidden + j] = through * previous * f * (1 - f);
  row[2 * hidden + j] = through * i * (1 - g * g);
  row[3 * hidden + j] = dh * squashed * o * (1 - o);
  dc = through * f;
}

// dh and dc come with the gradients by the last states and leave with those by the initial ones.
void backward_layer(const LstmShape& s, const LayerWeights& w, const double* c0,
                    const std::vector<double>& dout, double* gates, const double* cells,
                    std::vector<double>& dh, std::vector<double>& dc) {
  const std::size_t width = 4 * s.hidden;
  for (std::size_t t = s.steps; t-- > 0;) {
    const double* previous = t == 0 ? c0 : cells + (t - 1) * s.state();
    double* step = gates + t * s.batch * width;
    for (std::size_t b = 0; b < s.batch; b++) {
      for (std::size_t j = 0; j < s.hidden; j++) {
        const std::size_t unit = b * s.hidden + j;
        const std::size_t at = t * s.state() + unit;
        differentiate(step + b * width, s.hidden, j, cells[at], previous[unit], dh[unit] + dout[at],
                      dc[unit]);
      }
    }
    std::fill(dh.begin(), dh.end(), 0.0);
    numerics::multiply_add(s.batch, s.hidden, width, step, w.recurrent.data(), dh.data());
  }
}

std::vector<double> slice(const std::vector<double>& all, std::size_t index, std::size_t size) {
  const auto from = static_cast<std::ptrdiff_t>(index * size);
  return {all.begin() + from, all.begin() + from + static_cast<std::ptrdiff_t>(size)};
}

void put(std::vector<double>& all, std::size_t index, const std::vector<double>& part) {
  std::copy(part.begin(), part.end(),
            all.begin() + static_cast<std::ptrdiff_t>(index * part.size()));
}

}  // namespace

void lstm_forward(const LstmShape& s, Format format, const std::vector<LayerWeights>& weights,
                  const std::vector<double>& x, const States& initial, Activations& kept) {
  const std::size_t size = s.rows() * s.hidden;
  kept.gates.assign(s.layers * size * 4, 0.0);
  kept.cells.assign(s.layers * size, 0.0);
  kept.outputs.assign(s.layers * size, 0.0);
  for (std::size_t l = 0; l < s.layers; l++) {
    forward_layer(s, format, weights[l], layer_input(s, l, x, kept),
                  initial.h.data() + l * s.state(), initial.c.data() + l * s.state(),
                  kept.gates.data() + l * size * 4, kept.cells.data() + l * size,
                  kept.outputs.data() + l * size);
  }
}

void lstm_backward_data(const LstmShape& s, Format format, const std::vector<LayerWeights>& weights,
                        const States& initial, Activations& kept, DataGradients& gradients) {
  const std::size_t size = s.rows() * s.hidden;
  gradients.initial.h.resize(s.layers * s.state());
  gradients.initial.c.resize(s.layers * s.state());
  std::vector<double> dout = gradients.dy;
  for (std::size_t l = s.layers; l-- > 0;) {
    std::vector<double> dh = slice(gradients.last.h, l, s.state());
    std::vector<double> dc = slice(gradients.last.c, l, s.state());
    double* gates = kept.gates.data() + l * size * 4;
    backward_layer(s, weights[l], initial.c.data() + l * s.state(), dout, gates,
                   kept.cells.data() + l * size, dh, dc);
    put(gradients.initial.h, l, dh);
    put(gradients.initial.c, l, dc);
    std::vector<double> din(s.rows() * s.input_of(l), 0.0);
    numerics::multiply_add(s.rows(), s.input_of(l), 4 * s.hidden, gates, weights[l].input.data(),
                           din.data());
    for (std::size_t i = 0; i < din.size(); i++) {
      const double scale = l > 0 && !kept.scales.empty() ? kept.scales[(l - 1) * size + i] : 1.0;
      din[i] = numerics::rounded(format, din[i]) * scale;
    }
    dout.swap(din);
  }
  gradients.dx.swap(dout);
}

std::vector<LayerWeights> lstm_backward_weights(const LstmShape& s, const std::vector<double>& x,
                                                const States& initial, const Activations& kept) {
  const std::size_t size = s.rows() * s.hidden;
  const std::size_t width = 4 * s.hidden;
  std::vector<LayerWeights> result(s.layers);
  for (std::size_t l = 0; l < s.layers; l++) {
    const double* dgates = kept.gates.data() + l * size * 4;
    const double* outputs = kept.outputs.data() + l * size;
    const std::size_t in_width = s.input_of(l);
    LayerWeights& w = result[l];
    w.input.assign(width * in_width, 0.0);
    w.recurrent.assign(width * s.hidden, 0.0);
    w.bias.assign(width, 0.0);
    numerics::multiply_add_transposed(width, in_width, s.rows(), dgates,
                                      layer_input(s, l, x, kept).data(), w.input.data());
    numerics::multiply_add_transposed(width, s.hidden, s.batch, dgates,
                                      initial.h.data() + l * s.state(), w.recurrent.data());
    numerics::multiply_add_transposed(width, s.hidden, s.rows() - s.batch, dgates + s.batch * width,
                                      outputs, w.recurrent.data());
    for (std::size_t r = 0; r < s.rows(); r++) {
      for (std::size_t j = 0; j < width; j++) {
        w.bias[j] += dgates[r * width + j];
      }
    }
  }
  return result;
}

}  // namespace cudnn_double
