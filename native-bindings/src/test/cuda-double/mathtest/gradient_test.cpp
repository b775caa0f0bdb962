// All gradients against central differences of L = <dy, y> + <dhy, hy> + <dcy, cy>.
#include "check.h"
#include "lstm.h"

using namespace cudnn_double;
using namespace mathtest;

namespace {

constexpr double kStep = 1e-5;
// In double the difference quotient's own error is about kStep^2 plus 1e-16 / kStep.
constexpr double kTolerance = 1e-8;

double loss(Lstm& lstm) {
  EXPECT_STATUS(0, lstm.forward(kInference));
  double result = 0;
  const char* pairs[][2] = {{"y", "dy"}, {"hy", "dhy"}, {"cy", "dcy"}};
  for (const auto& pair : pairs) {
    const Values out = lstm.get(pair[0]);
    const Values weight = lstm.get(pair[1]);
    for (std::size_t i = 0; i < out.size(); i++) {
      result += out[i] * weight[i];
    }
  }
  return result;
}

// Differentiates by every element of the array; elements that nothing depends on give zero.
void compare(Lstm& lstm, const char* name, const Values& gradient) {
  Values values = lstm.get(name);
  EXPECT(values.size() == gradient.size());
  for (std::size_t i = 0; i < values.size(); i++) {
    const double before = values[i];
    values[i] = before + kStep;
    lstm.set(name, values);
    const double up = loss(lstm);
    values[i] = before - kStep;
    lstm.set(name, values);
    const double down = loss(lstm);
    values[i] = before;
    const double quotient = (up - down) / (2 * kStep);
    EXPECT(std::fabs(quotient - gradient[i]) <= kTolerance);
  }
  lstm.set(name, values);
}

void compare_all(const Sizes& sizes) {
  Lstm lstm(sizes, kDouble);
  lstm.randomize(0.8);
  lstm.train();
  const Values weights = lstm.get("dweights");
  const Values x = lstm.get("dx");
  const Values h = lstm.get("dhx");
  const Values c = lstm.get("dcx");
  compare(lstm, "weights", weights);
  compare(lstm, "x", x);
  compare(lstm, "hx", h);
  compare(lstm, "cx", c);
}

}  // namespace

TEST(gradients_are_difference_quotients) { compare_all({4, 2, 3, 5, 2}); }
TEST(gradients_of_one_step_of_three_layers) { compare_all({1, 3, 2, 4, 3}); }

TEST(weight_gradients_are_added_and_gaps_stay) {
  Lstm lstm({}, kDouble);
  lstm.randomize(0.5);
  lstm.train();
  const Values once = lstm.get("dweights");
  lstm.set("dweights", Values(once.size(), 1.5));
  EXPECT_STATUS(0, lstm.backward_weights());
  const Values added = lstm.get("dweights");
  std::size_t gaps = 0;
  for (std::size_t i = 0; i < once.size(); i++) {
    EXPECT(added[i] == once[i] + 1.5);
    gaps += once[i] == 0 ? 1 : 0;
  }
  EXPECT(gaps > 0);
  EXPECT_STATUS(kNotSupported, lstm.backward_weights(kSet));
}

TEST(missing_gradients_of_last_states_are_zeros_and_unwanted_ones_are_left_out) {
  Lstm lstm({}, kDouble);
  lstm.randomize(0.5);
  lstm.set("dhy", Values(lstm.get("dhy").size(), 0.0));
  lstm.set("dcy", Values(lstm.get("dcy").size(), 0.0));
  lstm.train();
  const Values dx = lstm.get("dx");
  const Values dweights = lstm.get("dweights");
  lstm.fill("dhx", 1);
  const Values untouched = lstm.get("dhx");
  for (const char* name : {"dhy", "dcy", "dhx", "dcx"}) {
    lstm.drop(name);
  }
  lstm.train();
  EXPECT(lstm.get("dx") == dx);
  EXPECT(lstm.get("dweights") == dweights);
  EXPECT(lstm.get("dhx") == untouched);
}
