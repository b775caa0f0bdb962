// Status codes of data descriptors, tensor descriptors, null handles, and the calls' own checks.
#include "check.h"
#include "control.h"
#include "lstm.h"

using namespace cudnn_double;
using namespace mathtest;

namespace {

class Data {
 public:
  Data() { cudnnCreateRNNDataDescriptor(&descriptor_); }
  ~Data() { cudnnDestroyRNNDataDescriptor(descriptor_); }
  Data(const Data&) = delete;
  Data& operator=(const Data&) = delete;

  int set(int layout, int longest, const std::vector<int>& lengths, int type = kFloat,
          int vector = 7) const {
    return cudnnSetRNNDataDescriptor(descriptor_, type, layout, longest,
                                     static_cast<int>(lengths.size()), vector, lengths.data(),
                                     nullptr);
  }
  cudnnRNNDataDescriptor_t get() const { return descriptor_; }

 private:
  cudnnRNNDataDescriptor_t descriptor_ = nullptr;
};

}  // namespace

TEST(data_descriptor_lengths) {
  const Data data;
  const struct {
    std::vector<int> lengths;
    int unpacked, packed;
  } cases[] = {{{5, 5, 3, 1}, 0, 0},       {{5, 0, 3, 1}, 0, 2000},    {{5, 5, 3, 0}, 0, 2000},
               {{5, -1, 3, 1}, 2000, 2000}, {{6, 5, 3, 1}, 2000, 2000}, {{4, 4, 3, 1}, 0, 2000},
               {{3, 5, 3, 1}, 0, 2000},     {{0, 0, 0, 0}, 0, 2000}};
  for (const auto& c : cases) {
    EXPECT_STATUS(c.unpacked, data.set(kTimeMajorUnpacked, 5, c.lengths));
    EXPECT_STATUS(c.packed, data.set(kTimeMajorPacked, 5, c.lengths));
    EXPECT_STATUS(c.unpacked, data.set(kBatchMajorUnpacked, 5, c.lengths));
  }
}

TEST(data_descriptor_sizes_and_types) {
  const Data data;
  EXPECT_STATUS(0, data.set(kTimeMajorPacked, 65535, {65535}));
  EXPECT_STATUS(kNotSupported, data.set(kTimeMajorPacked, 65536, {65536}));
  EXPECT_STATUS(kBadParam, data.set(3, 5, {5}));
  EXPECT_STATUS(kBadParam, data.set(kTimeMajorPacked, 0, {0}));
  EXPECT_STATUS(kBadParam, data.set(kTimeMajorPacked, 5, {5}, kFloat, 0));
  EXPECT_STATUS(kNotSupported, data.set(kTimeMajorPacked, 5, {5}, kInt32));
  EXPECT_STATUS(kBadParam, data.set(kTimeMajorPacked, 5, {5}, -1));
  EXPECT_STATUS(0, data.set(kTimeMajorPacked, 5, {5}, kBFloat16));
  dbl_set_cudnn_version(90501);
  EXPECT_STATUS(kNotSupported, data.set(kTimeMajorPacked, 5, {5}, kBFloat16));
  dbl_set_cudnn_version(0);
  EXPECT_STATUS(kBadParam, cudnnSetRNNDataDescriptor(data.get(), kFloat, kTimeMajorPacked, 5, 1, 7,
                                                     nullptr, nullptr));
}

TEST(tensor_descriptor_values) {
  cudnnTensorDescriptor_t t;
  cudnnCreateTensorDescriptor(&t);
  const int dims[9] = {2, 3, 4, 1, 1, 1, 1, 1, 1};
  const int strides[9] = {12, 4, 1, 1, 1, 1, 1, 1, 1};
  const int zero[3] = {2, 0, 4};
  const int flat[3] = {12, 0, 1};
  EXPECT_STATUS(kBadParam, cudnnSetTensorNdDescriptor(t, kFloat, 1, dims, strides));
  EXPECT_STATUS(0, cudnnSetTensorNdDescriptor(t, kBFloat16, 2, dims, strides));
  EXPECT_STATUS(0, cudnnSetTensorNdDescriptor(t, kFloat, 8, dims, strides));
  EXPECT_STATUS(kNotSupported, cudnnSetTensorNdDescriptor(t, kFloat, 9, dims, strides));
  EXPECT_STATUS(kBadParam, cudnnSetTensorNdDescriptor(t, 10, 3, dims, strides));
  EXPECT_STATUS(kBadParam, cudnnSetTensorNdDescriptor(t, kFloat, 3, zero, strides));
  EXPECT_STATUS(kBadParam, cudnnSetTensorNdDescriptor(t, kFloat, 3, dims, flat));
  EXPECT_STATUS(kBadParam, cudnnSetTensorNdDescriptor(nullptr, kFloat, 3, dims, strides));
  cudnnDestroyTensorDescriptor(t);
}

TEST(null_handles) {
  Lstm l({});
  std::size_t bytes;
  EXPECT_STATUS(kBadParam, cudnnGetRNNWeightSpaceSize(nullptr, l.rnn, &bytes));
  EXPECT_STATUS(kBadParam, cudnnGetRNNTempSpaceSizes(nullptr, l.rnn, 0, l.x_descriptor, &bytes,
                                                     &bytes));
  EXPECT_STATUS(kBadParam, cudnnBuildRNNDynamic(nullptr, l.rnn, 4));
  EXPECT_STATUS(kBadParam, cudnnDropoutGetStatesSize(nullptr, &bytes));
  EXPECT_STATUS(kBadParam, cudnnSetDropoutDescriptor(l.dropout, nullptr, 0, nullptr, 0, 1));
  EXPECT_STATUS(kBadParam, cudnnSetStream(nullptr, nullptr));
  EXPECT_STATUS(kBadParam, cudnnCreate(nullptr));
  EXPECT_STATUS(0, cudnnDestroy(nullptr));
  EXPECT_STATUS(0, cudnnDestroyRNNDescriptor(nullptr));
}

TEST(temp_sizes_are_least_sizes) {
  Lstm l({});
  std::size_t inference = 0;
  std::size_t reserve = 1;
  EXPECT_STATUS(0, cudnnGetRNNTempSpaceSizes(l.handle, l.rnn, kInference, l.x_descriptor,
                                             &inference, &reserve));
  EXPECT(reserve == 0 && inference > 0 && inference < l.work_bytes);
  EXPECT_STATUS(0, cudnnGetRNNTempSpaceSizes(l.handle, l.rnn, kInference, l.x_descriptor,
                                             &inference, nullptr));
  std::size_t* const fields[] = {&l.weight_bytes, &l.work_bytes, &l.reserve_bytes};
  for (std::size_t* field : fields) {
    (*field)--;
    EXPECT_STATUS(kBadParam, l.forward(kTraining));
    EXPECT_STATUS(kBadParam, l.backward_data());
    EXPECT_STATUS(kBadParam, l.backward_weights());
    (*field)++;
  }
  l.randomize(0.5);
  l.work_bytes = inference;
  l.reserve_bytes = 0;
  EXPECT_STATUS(kBadParam, l.forward(kTraining));
  EXPECT_STATUS(0, l.forward(kInference));
}

TEST(required_arrays) {
  for (const char* name : {"x", "y", "weights", "work", "reserve"}) {
    Lstm l({});
    l.drop(name);
    EXPECT_STATUS(kBadParam, l.forward(kTraining));
  }
  for (const char* name : {"y", "dy", "dx", "weights", "work", "reserve"}) {
    Lstm l({});
    l.drop(name);
    EXPECT_STATUS(kBadParam, l.backward_data());
  }
  for (const char* name : {"x", "y", "dweights", "work", "reserve"}) {
    Lstm l({});
    l.drop(name);
    EXPECT_STATUS(kBadParam, l.backward_weights());
  }
}

TEST(descriptors_must_fit_together) {
  Lstm l({});
  const std::vector<int> lengths(3, 4);
  const auto set = [&](cudnnRNNDataDescriptor_t d, int type, int layout, int longest, int vector) {
    const std::vector<int> all(3, longest);
    cudnnSetRNNDataDescriptor(d, type, layout, longest, 3, vector, all.data(), nullptr);
    return l.forward(kInference);
  };
  EXPECT_STATUS(kBadParam, set(l.y_descriptor, kFloat, kTimeMajorPacked, 4, 8));
  EXPECT_STATUS(kBadParam, set(l.y_descriptor, kFloat, kTimeMajorPacked, 5, 7));
  EXPECT_STATUS(kBadParam, set(l.y_descriptor, kHalf, kTimeMajorPacked, 4, 7));
  EXPECT_STATUS(kBadParam, set(l.y_descriptor, kFloat, kTimeMajorUnpacked, 4, 7));
  EXPECT_STATUS(0, set(l.y_descriptor, kFloat, kTimeMajorPacked, 4, 7));
  EXPECT_STATUS(kBadParam, set(l.x_descriptor, kFloat, kTimeMajorPacked, 4, 6));
  EXPECT_STATUS(kBadParam, set(l.x_descriptor, kHalf, kTimeMajorPacked, 4, 5));
  set(l.x_descriptor, kFloat, kTimeMajorPacked, 4, 5);
  const int dims[] = {2, 7, 3};
  const int strides[] = {21, 3, 1};
  cudnnSetTensorNdDescriptor(l.state_descriptor, kFloat, 3, dims, strides);
  EXPECT_STATUS(kBadParam, l.forward(kInference));
}

// The limits of the persistent algorithms, as far as they are known.
TEST(persistent_algorithms_have_limits) {
  const auto size = [](const Sizes& s, int type, int algorithm, int mode) {
    Lstm small({s.steps, s.batch, 1, 1, s.layers}, type);
    cudnnSetRNNDescriptor_v8(small.rnn, algorithm, kLstm, kDoubleBias, 0, 0, type, kFloat, 0,
                             s.input, s.hidden, s.hidden, s.layers, nullptr, 0);
    const std::vector<int> lengths(static_cast<std::size_t>(s.batch), s.steps);
    cudnnSetRNNDataDescriptor(small.x_descriptor, type, kTimeMajorPacked, s.steps, s.batch, s.input,
                              lengths.data(), nullptr);
    std::size_t bytes;
    return cudnnGetRNNTempSpaceSizes(small.handle, small.rnn, mode, small.x_descriptor, &bytes,
                                     nullptr);
  };
  EXPECT_STATUS(0, size({2, 3, 5, 192, 2}, kFloat, kSmallH, kInference));
  EXPECT_STATUS(kNotSupported, size({2, 3, 5, 193, 2}, kFloat, kSmallH, kInference));
  EXPECT_STATUS(0, size({2, 3, 5, 128, 2}, kFloat, kSmallH, kTraining));
  EXPECT_STATUS(kNotSupported, size({2, 3, 5, 129, 2}, kFloat, kSmallH, kTraining));
  EXPECT_STATUS(0, size({2, 8, 128, 256, 1}, kHalf, kPersistStatic, kTraining));
  EXPECT_STATUS(0, size({2, 7, 11, 13, 2}, kFloat, kPersistStatic, kTraining));
  EXPECT_STATUS(kBadParam, size({2, 8, 16, 16, 1}, kFloat, kPersistDynamic, kTraining));
  Lstm dynamic({2, 3, 5, 7, 2}, kFloat, kPersistDynamic);
  EXPECT_STATUS(0, dynamic.forward(kInference));
}
