// Every misuse of the buffers between the three calls is found.
#include "check.h"
#include "control.h"
#include "core.h"
#include "lstm.h"

using namespace cudnn_double;
using namespace mathtest;

namespace {

struct Trained : Lstm {
  explicit Trained(const Sizes& wanted = {}) : Lstm(wanted) {
    randomize(0.5);
    fill("dweights", 0);
  }

  void forward_now() {
    EXPECT_STATUS(0, forward(kTraining));
    finish();
  }
  void data_now() {
    EXPECT_STATUS(0, backward_data());
    finish();
  }
  void weights_now() {
    EXPECT_STATUS(0, backward_weights());
    finish();
  }
  // Changes one element.
  void nudge(const char* name) {
    Values values = get(name);
    values[values.size() / 2] += 0.25;
    set(name, values);
  }
};

}  // namespace

TEST(data_gradients_without_a_forward_pass) {
  Trained lstm;
  lstm.data_now();
  EXPECT_VIOLATION("cudnnRNNBackwardData_v8: the reserve space holds no forward pass");
  EXPECT(std::isnan(lstm.get("dx")[0]));
}

TEST(data_gradients_after_inference) {
  Trained lstm;
  EXPECT_STATUS(0, lstm.forward(kInference));
  lstm.data_now();
  EXPECT_VIOLATION("holds no forward pass in training mode");
}

TEST(weight_gradients_before_data_gradients) {
  Trained lstm;
  lstm.forward_now();
  lstm.weights_now();
  EXPECT_VIOLATION("cudnnRNNBackwardWeights_v8: the reserve space has not been through");
  EXPECT(sum(lstm.get("dweights")) == 0);
}

TEST(data_gradients_twice) {
  Trained lstm;
  lstm.forward_now();
  lstm.data_now();
  lstm.data_now();
  EXPECT_VIOLATION("has been through the data gradients already");
}

TEST(reserve_overwritten) {
  Trained lstm;
  lstm.forward_now();
  char* inside = static_cast<char*>(lstm.at("reserve")) + lstm.reserve_bytes / 2;
  const float other = 17;
  dbl_poke(inside, &other, sizeof other);
  lstm.data_now();
  EXPECT_VIOLATION("was overwritten since cuDNN wrote it");
}

TEST(reserve_used_by_another_shape) {
  Trained lstm;
  lstm.forward_now();
  Trained other({3, 3, 5, 7, 2});
  std::vector<char> raw(other.reserve_bytes);
  dbl_peek(raw.data(), lstm.at("reserve"), static_cast<int64_t>(raw.size()));
  dbl_poke(other.at("reserve"), raw.data(), static_cast<int64_t>(raw.size()));
  other.data_now();
  EXPECT_VIOLATION("holds a forward pass of another shape");
}

TEST(reserve_used_by_the_next_window) {
  Trained lstm;
  lstm.forward_now();
  lstm.data_now();
  lstm.forward_now();
  lstm.weights_now();
  EXPECT_VIOLATION("has not been through the data gradients");
}

TEST(arrays_changed_between_forward_and_data_gradients) {
  for (const char* name : {"y", "hx", "cx", "weights"}) {
    Trained lstm;
    lstm.forward_now();
    lstm.nudge(name);
    lstm.data_now();
    const std::string array = std::string(name) == "weights" ? "weightSpace" : name;
    EXPECT_VIOLATION("cudnnRNNBackwardData_v8: " + array + " is not what cudnnRNNForward saw");
  }
}

TEST(arrays_changed_before_weight_gradients) {
  for (const char* name : {"x", "hx", "y"}) {
    Trained lstm;
    lstm.forward_now();
    lstm.data_now();
    lstm.nudge(name);
    lstm.weights_now();
    EXPECT_VIOLATION("cudnnRNNBackwardWeights_v8: " + std::string(name) + " is not what");
  }
}

TEST(a_state_left_out_in_backward_only) {
  Trained lstm;
  lstm.forward_now();
  lstm.drop("hx");
  lstm.data_now();
  EXPECT_VIOLATION("hx is not what cudnnRNNForward saw");
}

TEST(workspace_holds_nothing_after_a_call) {
  Trained lstm;
  const auto poisoned = [&] {
    bool all = true;
    for (const double value : lstm.get("work")) {
      all = all && std::isnan(value);
    }
    return all;
  };
  lstm.fill("work", 0);
  lstm.forward_now();
  EXPECT(poisoned());
  lstm.fill("work", 0);
  lstm.data_now();
  EXPECT(poisoned());
  lstm.fill("work", 0);
  lstm.weights_now();
  EXPECT(poisoned());
}

TEST(outputs_that_overlap_inputs) {
  Trained l;
  EXPECT_STATUS(0, cudnnRNNForward(l.handle, l.rnn, kInference, nullptr, l.x_descriptor, l.at("x"),
                                   l.y_descriptor, l.at("y"), l.state_descriptor, l.at("hx"),
                                   l.at("hx"), nullptr, nullptr, nullptr, l.weight_bytes,
                                   l.at("weights"), l.work_bytes, l.at("work"), 0, nullptr));
  EXPECT_VIOLATION("cudnnRNNForward: hx and hy overlap");
}

TEST(buffers_smaller_than_their_descriptors_say) {
  Trained l;
  void* small = dbl::device_allocate(l.bytes("y") - 4);
  EXPECT_STATUS(0, cudnnRNNForward(l.handle, l.rnn, kInference, nullptr, l.x_descriptor, l.at("x"),
                                   l.y_descriptor, small, nullptr, nullptr, nullptr, nullptr,
                                   nullptr, nullptr, l.weight_bytes, l.at("weights"), l.work_bytes,
                                   l.at("work"), 0, nullptr));
  finish();
  EXPECT_VIOLATION("y");
  dbl::device_free(small);
}

TEST(host_memory_and_released_memory) {
  Trained l;
  Values host(1000);
  void* released = dbl::device_allocate(l.bytes("x"));
  dbl::device_free(released);
  for (const void* x : {static_cast<const void*>(host.data()), static_cast<const void*>(released)}) {
    EXPECT_STATUS(0, cudnnRNNForward(l.handle, l.rnn, kInference, nullptr, l.x_descriptor, x,
                                     l.y_descriptor, l.at("y"), nullptr, nullptr, nullptr, nullptr,
                                     nullptr, nullptr, l.weight_bytes, l.at("weights"),
                                     l.work_bytes, l.at("work"), 0, nullptr));
    finish();
    EXPECT_VIOLATION("x");
  }
}

TEST(descriptors_are_destroyed_once) {
  cudnnTensorDescriptor_t descriptor;
  cudnnCreateTensorDescriptor(&descriptor);
  EXPECT_STATUS(0, cudnnDestroyTensorDescriptor(descriptor));
  EXPECT_STATUS(kBadParam, cudnnDestroyTensorDescriptor(descriptor));
  EXPECT_VIOLATION("cudnnTensorDescriptor");
}
