// The LSTM recursion and its gradients in double, on host arrays.
//
//   i, f, o = sigmoid(W x + R h' + b),  g = tanh(W x + R h' + b),  c = f c' + i g,  h = o tanh(c)
//
// Gates lie in cuDNN's order i, f, g, o. All arrays are dense and row-major; time runs slowest:
// (T,B,width). With several layers, layer l's input is layer l-1's rounded output.
#pragma once

#include <cstddef>
#include <vector>

#include "../../numerics/number_format.h"

namespace cudnn_double {

struct LstmShape {
  std::size_t steps;
  std::size_t batch;
  std::size_t input;
  std::size_t hidden;
  std::size_t layers;

  std::size_t rows() const { return steps * batch; }
  std::size_t input_of(std::size_t layer) const { return layer == 0 ? input : hidden; }
  std::size_t state() const { return batch * hidden; }
};

struct LayerWeights {
  std::vector<double> input;      // (4H,I)
  std::vector<double> recurrent;  // (4H,H)
  std::vector<double> bias;       // (4H), the sum of both bias vectors
};

// What forward computes and backward needs, per layer one after the other.
struct Activations {
  std::vector<double> gates;    // (L,T,B,4H): after the nonlinearity; after backward their gradients
  std::vector<double> cells;    // (L,T,B,H)
  std::vector<double> outputs;  // (L,T,B,H), rounded to the data type
  std::vector<double> scales;   // (L-1,T,B,H): dropout factors of the outputs below the last layer;
                                // empty without dropout
};

struct States {
  std::vector<double> h;  // (L,B,H)
  std::vector<double> c;  // (L,B,H)
};

// The states after the last step are the last rows of outputs and cells.
void lstm_forward(const LstmShape& shape, numerics::Format format,
                  const std::vector<LayerWeights>& weights, const std::vector<double>& x,
                  const States& initial, Activations& kept);

// In: gradients of the loss by y (T,B,H) and by the last states. Out: gradients by x (T,B,I) and by
// the initial states; kept.gates becomes the gradients by the gates' arguments.
struct DataGradients {
  std::vector<double> dy;
  States last;
  std::vector<double> dx;
  States initial;
};

void lstm_backward_data(const LstmShape& shape, numerics::Format format,
                        const std::vector<LayerWeights>& weights, const States& initial,
                        Activations& kept, DataGradients& gradients);

// kept.gates must hold gradients. Returns the weights' gradients; both bias vectors' gradients equal
// `bias`.
std::vector<LayerWeights> lstm_backward_weights(const LstmShape& shape,
                                                const std::vector<double>& x,
                                                const States& initial, const Activations& kept);

}  // namespace cudnn_double
