// Status codes of descriptors and calls. Those of descriptors were read off cuDNN 9.5.1 itself, which
// checks them without a device.
#include "check.h"
#include "control.h"
#include "lstm.h"

using namespace cudnn_double;
using namespace mathtest;

namespace {

struct Wanted {
  int algorithm = 0, cell = kLstm, bias = kDoubleBias, direction = 0, input_mode = 0;
  int type = kFloat, precision = kFloat, math = 0;
  int input = 8, hidden = 16, projection = 16, layers = 2;
  unsigned flags = 0;
};

class Rnn {
 public:
  Rnn() { cudnnCreateRNNDescriptor(&descriptor_); }
  ~Rnn() { cudnnDestroyRNNDescriptor(descriptor_); }
  Rnn(const Rnn&) = delete;
  Rnn& operator=(const Rnn&) = delete;

  int set(const Wanted& w) const {
    return cudnnSetRNNDescriptor_v8(descriptor_, w.algorithm, w.cell, w.bias, w.direction,
                                    w.input_mode, w.type, w.precision, w.math, w.input, w.hidden,
                                    w.projection, w.layers, nullptr, w.flags);
  }
  cudnnRNNDescriptor_t get() const { return descriptor_; }

 private:
  cudnnRNNDescriptor_t descriptor_ = nullptr;
};

Wanted with(void (*change)(Wanted&)) {
  Wanted result;
  change(result);
  return result;
}

Wanted typed(int algorithm, int type, int precision) {
  Wanted result;
  result.algorithm = algorithm;
  result.type = type;
  result.precision = precision;
  return result;
}

}  // namespace

TEST(rnn_descriptor_values) {
  const Rnn rnn;
  EXPECT_STATUS(0, rnn.set({}));
  EXPECT_STATUS(0, rnn.set(with([](Wanted& w) { w.projection = 8; })));
  EXPECT_STATUS(0, rnn.set(with([](Wanted& w) { w.flags = 1; })));
  EXPECT_STATUS(0, rnn.set(with([](Wanted& w) { w.math = 3; })));
  EXPECT_STATUS(kBadParam, rnn.set(with([](Wanted& w) { w.algorithm = 4; })));
  EXPECT_STATUS(kBadParam, rnn.set(with([](Wanted& w) { w.cell = 4; })));
  EXPECT_STATUS(kBadParam, rnn.set(with([](Wanted& w) { w.bias = 4; })));
  EXPECT_STATUS(kBadParam, rnn.set(with([](Wanted& w) { w.direction = 2; })));
  EXPECT_STATUS(kBadParam, rnn.set(with([](Wanted& w) { w.input_mode = -1; })));
  EXPECT_STATUS(kBadParam, rnn.set(with([](Wanted& w) { w.math = 4; })));
  EXPECT_STATUS(kBadParam, rnn.set(with([](Wanted& w) { w.input = 0; })));
  EXPECT_STATUS(kBadParam, rnn.set(with([](Wanted& w) { w.hidden = 0; })));
  EXPECT_STATUS(kBadParam, rnn.set(with([](Wanted& w) { w.layers = 0; })));
  EXPECT_STATUS(kBadParam, rnn.set(with([](Wanted& w) { w.projection = 0; })));
  EXPECT_STATUS(kBadParam, rnn.set(with([](Wanted& w) { w.flags = 2; })));
  EXPECT_STATUS(kNotSupported, rnn.set(with([](Wanted& w) { w.projection = 17; })));
}

TEST(rnn_descriptor_of_persistent_algorithms) {
  const Rnn rnn;
  for (const int algorithm : {kPersistStatic, kPersistDynamic, kSmallH}) {
    Wanted wanted;
    wanted.algorithm = algorithm;
    EXPECT_STATUS(0, rnn.set(wanted));
    wanted.bias = kInputBias;
    EXPECT_STATUS(kNotSupported, rnn.set(wanted));
    wanted.bias = kDoubleBias;
    wanted.projection = 8;
    EXPECT_STATUS(kNotSupported, rnn.set(wanted));
  }
}

TEST(rnn_descriptor_type_matrix) {
  const Rnn rnn;
  const struct {
    int type, precision;
    int status[4];  // by algorithm
  } rows[] = {
      {kFloat, kFloat, {0, 0, 0, 0}},
      {kDouble, kDouble, {0, 3000, 0, 3000}},
      {kHalf, kFloat, {0, 0, 0, 0}},
      {kHalf, kHalf, {0, 3000, 3000, 3000}},
      {kBFloat16, kFloat, {0, 0, 3000, 3000}},
      {kBFloat16, kBFloat16, {3000, 3000, 3000, 3000}},
      {kFloat, kHalf, {3000, 3000, 3000, 3000}},
      {kDouble, kFloat, {3000, 3000, 3000, 3000}},
  };
  for (const auto& row : rows) {
    for (int algorithm = 0; algorithm < 4; algorithm++) {
      EXPECT_STATUS(row.status[algorithm], rnn.set(typed(algorithm, row.type, row.precision)));
    }
  }
}

TEST(older_cudnn_has_no_bf16) {
  const Rnn rnn;
  EXPECT(cudnnGetVersion() == 91300);
  dbl_set_cudnn_version(90501);
  EXPECT(cudnnGetVersion() == 90501);
  EXPECT_STATUS(kNotSupported, rnn.set(typed(kStandard, kBFloat16, kFloat)));
  dbl_set_cudnn_version(0);
  EXPECT_STATUS(0, rnn.set(typed(kStandard, kBFloat16, kFloat)));
}

TEST(bf16_needs_compute_capability_8) {
  Lstm lstm({}, kBFloat16);
  dbl_set_compute_capability(75);
  EXPECT_STATUS(kNotSupported, lstm.forward(kInference));
}

TEST(refused_values_leave_the_descriptor_as_it_was) {
  const Rnn rnn;
  int algorithm;
  EXPECT_STATUS(kNotInitialized,
                cudnnGetRNNDescriptor_v8(rnn.get(), &algorithm, nullptr, nullptr, nullptr, nullptr,
                                         nullptr, nullptr, nullptr, nullptr, nullptr, nullptr,
                                         nullptr, nullptr, nullptr));
  EXPECT_STATUS(0, rnn.set({}));
  EXPECT_STATUS(kBadParam, rnn.set(with([](Wanted& w) { w.input = -1; })));
  std::int32_t input = 0;
  EXPECT_STATUS(0, cudnnGetRNNDescriptor_v8(rnn.get(), nullptr, nullptr, nullptr, nullptr, nullptr,
                                            nullptr, nullptr, nullptr, &input, nullptr, nullptr,
                                            nullptr, nullptr, nullptr));
  EXPECT(input == 8);
}

TEST(last_error_holds_the_condition_and_is_read_once) {
  const Rnn rnn;
  char text[100];
  EXPECT_STATUS(kBadParam, rnn.set(with([](Wanted& w) { w.projection = 0; })));
  cudnnGetLastErrorString(text, sizeof text);
  EXPECT(std::string(text).find("projection <= 0") != std::string::npos);
  cudnnGetLastErrorString(text, sizeof text);
  EXPECT(std::string(text).empty());
  EXPECT(std::string(cudnnGetErrorString(3000)) == "CUDNN_STATUS_NOT_SUPPORTED");
  EXPECT(std::string(cudnnGetErrorString(77)) == "CUDNN_UNKNOWN_STATUS");
}

TEST(clip_bounds) {
  const Rnn rnn;
  EXPECT_STATUS(0, cudnnRNNSetClip_v9(rnn.get(), kClipMinMax, -1, 1));
  EXPECT_STATUS(kBadParam, cudnnRNNSetClip_v9(rnn.get(), kClipMinMax, 2, 1));
  EXPECT_STATUS(kBadParam, cudnnRNNSetClip_v9(rnn.get(), kClipNone, std::nan(""), 1));
}
