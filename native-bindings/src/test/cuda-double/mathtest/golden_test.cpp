// NVIDIA's sample RNN_v8.0, golden_3: T=20, L=2, H=I=512, B=64, every weight 1/H^2, every bias 1,
// x, states and output gradients 1. The sums below are those of its result file (relative 1e-3 is
// the sample's own tolerance). All units and sequences are then equal, so the same sums also follow
// from a recursion over single numbers; and B=2 times 32 stands for B=64.
#include <algorithm>

#include "check.h"
#include "lstm.h"

using namespace cudnn_double;
using namespace mathtest;

namespace {

constexpr int kSteps = 20;
constexpr int kLayers = 2;
constexpr int kHidden = 512;
constexpr int kBatch = 64;
constexpr double kGolden = 1e-3;
// The double's outputs are rounded to float, its sums are not.
constexpr double kScalar = 2e-6;

struct Cell {
  double i, f, g, o, before, after, out;
};

// One unit of each layer stands for all.
struct Scalar {
  double w = 1.0 / (static_cast<double>(kHidden) * kHidden);
  Cell cells[kLayers][kSteps];
  double dx = 0;
  double dhx = 0;
  double dcx = 0;
  double weight_gradients = 0;  // over all matrices and both biases

  static double sigmoid(double v) { return 1 / (1 + std::exp(-v)); }

  double input(int layer, int t) const { return layer == 0 ? 1 : cells[layer - 1][t].out; }
  double previous(int layer, int t) const { return t == 0 ? 1 : cells[layer][t - 1].out; }

  void forward() {
    for (int l = 0; l < kLayers; l++) {
      double c = 1;
      for (int t = 0; t < kSteps; t++) {
        const double a = kHidden * w * (input(l, t) + previous(l, t)) + 2;
        Cell cell{sigmoid(a), sigmoid(a), std::tanh(a), sigmoid(a), c, 0, 0};
        c = cell.after = cell.f * c + cell.i * cell.g;
        cell.out = cell.o * std::tanh(c);
        cells[l][t] = cell;
      }
    }
  }

  // Sum of the four arguments' gradients.
  static double gates(const Cell& c, double dh, double& dc) {
    const double th = std::tanh(c.after);
    const double through = dc + dh * c.o * (1 - th * th);
    dc = through * c.f;
    return through * (c.g * c.i * (1 - c.i) + c.before * c.f * (1 - c.f) + c.i * (1 - c.g * c.g)) +
           dh * th * c.o * (1 - c.o);
  }

  void backward() {
    double above[kSteps];
    std::fill(above, above + kSteps, 1.0);
    for (int l = kLayers; l-- > 0;) {
      double dh = 1;
      double dc = 1;
      for (int t = kSteps; t-- > 0;) {
        const double da = gates(cells[l][t], dh + above[t], dc);
        above[t] = dh = kHidden * w * da;
        weight_gradients += kHidden * kBatch * da *
                            (kHidden * (input(l, t) + previous(l, t)) + 2);
      }
      dhx += kBatch * kHidden * dh;
      dcx += kBatch * kHidden * dc;
    }
    for (const double value : above) {
      dx += kBatch * kHidden * value;
    }
  }
};

double total(const Lstm& lstm, const char* name) { return kBatch / 2 * sum(lstm.get(name)); }

}  // namespace

TEST(sums_are_those_of_golden_3) {
  Lstm lstm({kSteps, 2, kHidden, kHidden, kLayers});
  Scalar scalar;
  scalar.forward();
  scalar.backward();
  lstm.fill("weights", 0);
  for (int l = 0; l < kLayers; l++) {
    for (int id = 0; id < 8; id++) {
      lstm.set_part(l, id, false, Values(kHidden * kHidden, scalar.w));
      lstm.set_part(l, id, true, Values(kHidden, 1.0));
    }
  }
  for (const char* name : {"x", "hx", "cx", "dy", "dhy", "dcy"}) {
    lstm.set(name, Values(lstm.bytes(name) / sizeof(float), 1.0));
  }
  lstm.train();
  EXPECT_NEAR(total(lstm, "y"), 5.749536e5, kGolden);
  EXPECT_NEAR(total(lstm, "hy"), 5.774818e4, kGolden);
  EXPECT_NEAR(total(lstm, "cy"), 4.365091e5, kGolden);
  EXPECT_NEAR(total(lstm, "dx"), 3.842206e2, kGolden);
  EXPECT_NEAR(total(lstm, "dhx"), 1.182566e1, kGolden);
  EXPECT_NEAR(total(lstm, "dcx"), 9.323786e3, kGolden);
  EXPECT_NEAR(total(lstm, "dweights"), 4.313461e8, kGolden);
  EXPECT_NEAR(total(lstm, "dx"), scalar.dx, kScalar);
  EXPECT_NEAR(total(lstm, "dhx"), scalar.dhx, kScalar);
  EXPECT_NEAR(total(lstm, "dcx"), scalar.dcx, kScalar);
  EXPECT_NEAR(total(lstm, "dweights"), scalar.weight_gradients, kScalar);
}
