// The forward pass against single loops over every unit, and NVIDIA's published sums.
#include <algorithm>

#include "check.h"
#include "control.h"
#include "lstm.h"

using namespace cudnn_double;
using namespace mathtest;

namespace {

double sigmoid(double v) { return 1 / (1 + std::exp(-v)); }

// The recursion read off the formulas, one unit at a time.
struct Loops {
  explicit Loops(const Lstm& lstm) : s(lstm.sizes) {
    for (int l = 0; l < s.layers; l++) {
      for (int id = 0; id < 8; id++) {
        matrices.push_back(lstm.part("weights", l, id, false));
        biases.push_back(lstm.part("weights", l, id, true));
      }
    }
    below = lstm.get("x");
    h = lstm.get("hx");
    c = lstm.get("cx");
  }

  double argument(int layer, int gate, int unit, const double* in, int width,
                  const double* previous) const {
    const auto at = static_cast<std::size_t>(8 * layer + gate);
    const auto j = static_cast<std::size_t>(unit);
    double total = biases[at][j] + biases[at + 4][j];
    for (int i = 0; i < width; i++) {
      total += matrices[at][static_cast<std::size_t>(unit * width + i)] * in[i];
    }
    for (int i = 0; i < s.hidden; i++) {
      total += matrices[at + 4][static_cast<std::size_t>(unit * s.hidden + i)] * previous[i];
    }
    return total;
  }

  void step(int layer, int batch, const double* in, int width, double* out) {
    double* state = &h[static_cast<std::size_t>((layer * s.batch + batch) * s.hidden)];
    double* cell = &c[static_cast<std::size_t>((layer * s.batch + batch) * s.hidden)];
    for (int j = 0; j < s.hidden; j++) {
      const double i = sigmoid(argument(layer, 0, j, in, width, state));
      const double f = sigmoid(argument(layer, 1, j, in, width, state));
      const double g = std::tanh(argument(layer, 2, j, in, width, state));
      const double o = sigmoid(argument(layer, 3, j, in, width, state));
      cell[j] = f * cell[j] + i * g;
      out[j] = o * std::tanh(cell[j]);
    }
    std::copy(out, out + s.hidden, state);
  }

  void run() {
    for (int l = 0; l < s.layers; l++) {
      const int width = l == 0 ? s.input : s.hidden;
      Values out(static_cast<std::size_t>(s.steps * s.batch * s.hidden));
      for (int row = 0; row < s.steps * s.batch; row++) {
        step(l, row % s.batch, &below[static_cast<std::size_t>(row * width)], width,
             &out[static_cast<std::size_t>(row * s.hidden)]);
      }
      below = out;
    }
  }

  Sizes s;
  std::vector<Values> matrices;
  std::vector<Values> biases;
  Values below;
  Values h;
  Values c;
};

void expect_all_near(const Values& actual, const Values& expected, double absolute) {
  EXPECT(actual.size() == expected.size());
  double worst = 0;
  for (std::size_t i = 0; i < actual.size(); i++) {
    worst = std::fmax(worst, std::fabs(actual[i] - expected[i]));
    EXPECT(std::isfinite(actual[i]));
  }
  EXPECT(worst <= absolute);
}

void compare_with_loops(int type, double absolute) {
  Lstm lstm({}, type);
  lstm.randomize(0.5);
  Loops loops(lstm);
  loops.run();
  EXPECT_STATUS(0, lstm.forward(kInference));
  expect_all_near(lstm.get("y"), loops.below, absolute);
  expect_all_near(lstm.get("hy"), loops.h, absolute);
  expect_all_near(lstm.get("cy"), loops.c, absolute);
}

}  // namespace

// Tolerances: a few roundings of values below one in each type.
TEST(forward_of_double_follows_the_formulas) { compare_with_loops(kDouble, 1e-14); }
TEST(forward_of_float_follows_the_formulas) { compare_with_loops(kFloat, 2e-7); }
TEST(forward_of_half_follows_the_formulas) { compare_with_loops(kHalf, 2e-3); }
TEST(forward_of_bf16_follows_the_formulas) { compare_with_loops(kBFloat16, 1.6e-2); }

TEST(null_states_are_zeros) {
  Lstm with({});
  with.randomize(0.5);
  const Values zeros(with.get("hx").size(), 0.0);
  with.set("hx", zeros);
  with.set("cx", zeros);
  EXPECT_STATUS(0, with.forward(kTraining));
  const Values y = with.get("y");
  with.fill("y", 0);
  with.drop("hx");
  with.drop("cx");
  with.drop("hy");
  with.drop("cy");
  EXPECT_STATUS(0, with.forward(kTraining));
  EXPECT(with.get("y") == y);
}

TEST(two_windows_with_carried_states_are_one_long_window) {
  const Sizes sizes{4, 3, 5, 7, 2};
  Lstm whole({8, 3, 5, 7, 2}, kDouble);
  Lstm half(sizes, kDouble);
  whole.randomize(0.5);
  half.randomize(0.5);
  half.set("weights", whole.get("weights"));
  half.set("hx", whole.get("hx"));
  half.set("cx", whole.get("cx"));
  EXPECT_STATUS(0, whole.forward(kInference));
  const Values x = whole.get("x");
  Values y;
  for (int window = 0; window < 2; window++) {
    const auto middle = x.begin() + static_cast<std::ptrdiff_t>(x.size() / 2);
    half.set("x", window == 0 ? Values(x.begin(), middle) : Values(middle, x.end()));
    EXPECT_STATUS(0, half.forward(kInference));
    const Values part = half.get("y");
    y.insert(y.end(), part.begin(), part.end());
    half.set("hx", half.get("hy"));
    half.set("cx", half.get("cy"));
  }
  EXPECT(whole.get("y") == y);
}
