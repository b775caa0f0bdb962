// Calls are queued: they see arguments of the call and memory of their turn on the stream.
#include "check.h"
#include "control.h"
#include "core.h"
#include "lstm.h"

extern "C" {
int cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned flags);
int cudaStreamDestroy(cudaStream_t stream);
int cudaStreamSynchronize(cudaStream_t stream);
int cudaStreamBeginCapture(cudaStream_t stream, cudaStreamCaptureMode mode);
int cudaStreamEndCapture(cudaStream_t stream, cudaGraph_t* graph);
int cudaGraphInstantiate(cudaGraphExec_t* exec, cudaGraph_t graph, unsigned long long flags);
int cudaGraphLaunch(cudaGraphExec_t exec, cudaStream_t stream);
int cudaGraphDestroy(cudaGraph_t graph);
int cudaGraphExecDestroy(cudaGraphExec_t exec);
}

using namespace cudnn_double;
using namespace mathtest;

namespace {

class Stream {
 public:
  Stream() { EXPECT_STATUS(0, cudaStreamCreateWithFlags(&stream_, 1)); }
  ~Stream() { cudaStreamDestroy(stream_); }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  cudaStream_t get() const { return stream_; }

 private:
  cudaStream_t stream_ = nullptr;
};

}  // namespace

TEST(work_runs_at_the_synchronisation) {
  Stream stream;
  Lstm lstm({});
  cudnnSetStream(lstm.handle, stream.get());
  void* asked = nullptr;
  EXPECT_STATUS(0, cudnnGetStream(lstm.handle, &asked));
  EXPECT(asked == stream.get());
  lstm.randomize(0.5);
  lstm.fill("y", 0);
  EXPECT_STATUS(0, lstm.forward(kInference));
  EXPECT(dbl_pending_work() == 1);
  EXPECT_STATUS(0, cudaStreamSynchronize(stream.get()));
  EXPECT(sum(lstm.get("y")) != 0);
}

TEST(descriptors_may_go_after_the_call) {
  Lstm lstm({});
  lstm.randomize(0.5);
  EXPECT_STATUS(0, lstm.forward(kInference));
  const Values expected = lstm.get("y");
  lstm.fill("y", 0);
  EXPECT_STATUS(0, lstm.forward(kInference));
  cudnnDestroyRNNDataDescriptor(lstm.y_descriptor);
  lstm.y_descriptor = nullptr;
  cudnnDestroyRNNDescriptor(lstm.rnn);
  lstm.rnn = nullptr;
  EXPECT(lstm.get("y") == expected);
}

TEST(a_captured_step_is_replayed) {
  Stream stream;
  Lstm lstm({});
  lstm.randomize(0.5);
  lstm.train();
  const Values once = lstm.get("dweights");
  lstm.fill("dweights", 0);
  cudnnSetStream(lstm.handle, stream.get());
  cudaGraph_t graph = nullptr;
  cudaGraphExec_t exec = nullptr;
  EXPECT_STATUS(0, cudaStreamBeginCapture(stream.get(), cudaStreamCaptureModeThreadLocal));
  EXPECT_STATUS(0, lstm.forward(kTraining));
  EXPECT_STATUS(0, lstm.backward_data());
  EXPECT_STATUS(0, lstm.backward_weights());
  EXPECT_STATUS(0, cudaStreamEndCapture(stream.get(), &graph));
  EXPECT_STATUS(0, cudaGraphInstantiate(&exec, graph, 0));
  finish();
  EXPECT(sum(lstm.get("dweights")) == 0);
  EXPECT_STATUS(0, cudaGraphLaunch(exec, stream.get()));
  EXPECT(lstm.get("dweights") == once);
  EXPECT_STATUS(0, cudaGraphLaunch(exec, stream.get()));
  const Values twice = lstm.get("dweights");
  EXPECT_NEAR(twice[twice.size() / 2], 2 * once[once.size() / 2], 1e-6);
  cudaGraphExecDestroy(exec);
  cudaGraphDestroy(graph);
}

TEST(creating_and_seeding_break_a_capture) {
  Lstm lstm({2, 3, 4, 5, 2}, kFloat, kPersistDynamic);
  cudnnHandle_t other = nullptr;
  for (int call = 0; call < 3; call++) {
    Stream stream;
    cudnnSetStream(lstm.handle, stream.get());
    cudaGraph_t graph = nullptr;
    EXPECT_STATUS(0, cudaStreamBeginCapture(stream.get(), cudaStreamCaptureModeThreadLocal));
    const int status =
        call == 0   ? cudnnCreate(&other)
        : call == 1 ? cudnnSetDropoutDescriptor(lstm.dropout, lstm.handle, 0, nullptr, 0, 1)
                    : cudnnBuildRNNDynamic(lstm.handle, lstm.rnn, 3);
    EXPECT(status != 0);
    EXPECT(cudaStreamEndCapture(stream.get(), &graph) != 0);
    cudnnSetStream(lstm.handle, nullptr);
  }
}

TEST(the_first_call_of_a_kind_breaks_a_capture) {
  for (const bool warm : {false, true}) {
    Stream stream;
    Lstm lstm({});
    cudnnSetStream(lstm.handle, stream.get());
    if (warm) {
      EXPECT_STATUS(0, lstm.forward(kTraining));
    }
    cudaGraph_t graph = nullptr;
    EXPECT_STATUS(0, cudaStreamBeginCapture(stream.get(), cudaStreamCaptureModeThreadLocal));
    EXPECT_STATUS(warm ? 0 : kExecutionFailedCudart, lstm.forward(kTraining));
    EXPECT((cudaStreamEndCapture(stream.get(), &graph) == 0) == warm);
    if (warm) {
      cudaGraphDestroy(graph);
    }
  }
}

TEST(no_device) {
  dbl_set_device_count(0);
  cudnnHandle_t handle;
  EXPECT_STATUS(kNotInitialized, cudnnCreate(&handle));
}

TEST(faults_and_a_failed_device) {
  Lstm lstm({});
  dbl_set_fault("cudnnRNNForward", 2, kExecutionFailed);
  EXPECT_STATUS(0, lstm.forward(kInference));
  EXPECT_STATUS(kExecutionFailed, lstm.forward(kInference));
  EXPECT_STATUS(0, lstm.forward(kInference));
  finish();
  dbl_set_work_fault(1, cudaErrorLaunchFailure);
  EXPECT_STATUS(0, lstm.forward(kInference));
  finish();
  EXPECT_STATUS(kExecutionFailed, lstm.forward(kInference));
}

TEST(dropout_masks_change_and_follow_the_states) {
  const Sizes sizes{6, 5, 4, 32, 2};
  Lstm lstm(sizes, kFloat, kStandard, 0.5F);
  lstm.randomize(0.5);
  lstm.train();
  const Values first = lstm.get("y");
  EXPECT_STATUS(0, lstm.forward(kTraining));
  EXPECT(lstm.get("y") != first);
  EXPECT_STATUS(0, cudnnSetDropoutDescriptor(lstm.dropout, lstm.handle, 0.5F, lstm.at("dropout"),
                                             lstm.bytes("dropout"), 7));
  EXPECT_STATUS(0, lstm.forward(kTraining));
  EXPECT(lstm.get("y") == first);
  EXPECT_STATUS(0, lstm.forward(kInference));
  const Values plain = lstm.get("y");
  EXPECT(plain != first);
  Lstm without(sizes);
  without.randomize(0.5);
  EXPECT_STATUS(0, without.forward(kInference));
  EXPECT(without.get("y") == plain);
}
