// Capture, graphs, and what is forbidden during a capture.
#include <string>
#include <thread>

#include "selftest.h"

using namespace selftest;

namespace {

constexpr int kModes[] = {cudaStreamCaptureModeGlobal, cudaStreamCaptureModeThreadLocal,
                          cudaStreamCaptureModeRelaxed};

void mark(cudaStream_t stream, std::string& order, char letter) {
  dbl::enqueue(stream, [&order, letter] { order += letter; }, "mark");
}

cudaStream_t capturing(int mode = cudaStreamCaptureModeThreadLocal, bool blocking = false) {
  cudaStream_t stream = new_stream(blocking);
  CHECK_EQUAL(cudaStreamBeginCapture(stream, mode), cudaSuccess);
  return stream;
}

cudaGraphExec_t finish(cudaStream_t stream) {
  cudaGraph_t graph = nullptr;
  cudaGraphExec_t exec = nullptr;
  CHECK_EQUAL(cudaStreamEndCapture(stream, &graph), cudaSuccess);
  CHECK_EQUAL(cudaGraphInstantiate(&exec, graph, 0), cudaSuccess);
  CHECK_EQUAL(cudaGraphDestroy(graph), cudaSuccess);
  return exec;
}

// Whether the capture has become unusable, and a new one works.
void check_broken(cudaStream_t stream) {
  int status = 0;
  cudaGraph_t graph = reinterpret_cast<cudaGraph_t>(1);
  CHECK_EQUAL(cudaStreamIsCapturing(stream, &status), cudaSuccess);
  CHECK_EQUAL(status, cudaStreamCaptureStatusInvalidated);
  CHECK_EQUAL(dbl::enqueue(stream, [] {}, "late"), cudaErrorStreamCaptureInvalidated);
  CHECK_EQUAL(cudaStreamEndCapture(stream, &graph), cudaErrorStreamCaptureInvalidated);
  CHECK(graph == nullptr);
  CHECK_EQUAL(cudaStreamBeginCapture(stream, cudaStreamCaptureModeRelaxed), cudaSuccess);
  cudaGraphExecDestroy(finish(stream));
}

}  // namespace

CASE(capture_records_and_launches_replay) {
  std::string order;
  cudaStream_t stream = capturing();
  mark(stream, order, 'a');
  mark(stream, order, 'b');
  CHECK_EQUAL(dbl_pending_work(), 0);
  cudaGraphExec_t exec = finish(stream);
  CHECK(order.empty());
  CHECK_EQUAL(cudaGraphLaunch(exec, stream), cudaSuccess);
  mark(stream, order, '-');
  CHECK_EQUAL(cudaGraphLaunch(exec, stream), cudaSuccess);
  CHECK(order.empty());
  CHECK_EQUAL(cudaGraphExecDestroy(exec), cudaSuccess);
  CHECK_EQUAL(cudaStreamSynchronize(stream), cudaSuccess);
  CHECK(order == "ab-ab");
}

CASE(capture_freezes_arguments_but_reads_memory_at_each_launch) {
  float* block = device_floats(2);
  float* host = pinned_floats(1);
  cudaStream_t stream = capturing();
  int value = 0;
  cudaMemsetAsync(block, value, 4, stream);
  cudaMemcpyAsync(block + 1, host, 4, cudaMemcpyHostToDevice, stream);
  cudaGraphExec_t exec = finish(stream);
  value = 9;
  for (float sent : {3.0f, 4.0f}) {
    *host = sent;
    CHECK_EQUAL(cudaGraphLaunch(exec, stream), cudaSuccess);
    CHECK_EQUAL(cudaStreamSynchronize(stream), cudaSuccess);
    CHECK(device_value(block) == 0 && device_value(block + 1) == sent);
  }
  CHECK_EQUAL(dbl_violation_count(), 0);
}

CASE(capture_follows_events_into_other_streams) {
  std::string order;
  cudaStream_t stream = capturing();
  cudaStream_t branch = new_stream();
  cudaEvent_t fork = new_event();
  cudaEvent_t join = new_event();
  mark(stream, order, 'a');
  cudaEventRecord(fork, stream);
  CHECK_EQUAL(cudaStreamWaitEvent(branch, fork, 0), cudaSuccess);
  mark(branch, order, 'b');
  mark(stream, order, 'B');
  cudaEventRecord(join, branch);
  CHECK_EQUAL(cudaStreamWaitEvent(stream, join, 0), cudaSuccess);
  mark(stream, order, 'c');
  cudaGraphExec_t exec = finish(stream);
  bool seen[2] = {};
  for (uint64_t seed = 0; seed < 16; seed++) {
    order.clear();
    dbl_set_seed(seed);
    cudaGraphLaunch(exec, stream);
    cudaStreamSynchronize(stream);
    CHECK(order == "abBc" || order == "aBbc");
    seen[order == "abBc"] = true;
  }
  CHECK(seen[0] && seen[1]);
}

CASE(capture_of_a_branch_that_never_comes_back_is_unjoined) {
  std::string order;
  cudaStream_t stream = capturing();
  cudaStream_t branch = new_stream();
  cudaEvent_t fork = new_event();
  cudaEventRecord(fork, stream);
  cudaStreamWaitEvent(branch, fork, 0);
  mark(branch, order, 'b');
  cudaGraph_t graph = nullptr;
  CHECK_EQUAL(cudaStreamEndCapture(stream, &graph), cudaErrorStreamCaptureUnjoined);
  CHECK(graph == nullptr);
  CHECK(!dbl::is_capturing(branch));
}

CASE(capture_forbids_waiting_for_the_stream) {
  for (int mode : kModes) {
    cudaStream_t stream = capturing(mode);
    CHECK_EQUAL(cudaStreamSynchronize(stream), cudaErrorStreamCaptureUnsupported);
    check_broken(stream);
    stream = capturing(mode);
    CHECK_EQUAL(cudaStreamQuery(stream), cudaErrorStreamCaptureUnsupported);
    check_broken(stream);
    stream = capturing(mode);
    CHECK_EQUAL(cudaDeviceSynchronize(), cudaErrorStreamCaptureUnsupported);
    check_broken(stream);
  }
}

// Allocation: forbidden to every thread in global mode, to the capturing thread in thread-local
// mode, to nobody in relaxed mode.
CASE(capture_forbids_allocation_by_its_mode) {
  for (bool other_thread : {false, true}) {
    for (int mode : kModes) {
      cudaStream_t stream = capturing(mode);
      cudaError_t status = cudaSuccess;
      auto allocate = [&status] {
        void* block = nullptr;
        status = cudaMalloc(&block, 4);
      };
      if (other_thread) {
        std::thread(allocate).join();
      } else {
        allocate();
      }
      bool forbidden = mode == cudaStreamCaptureModeGlobal ||
                       (mode == cudaStreamCaptureModeThreadLocal && !other_thread);
      CHECK_EQUAL(status, forbidden ? cudaErrorStreamCaptureUnsupported : cudaSuccess);
      if (forbidden) {
        check_broken(stream);
      } else {
        cudaGraphExecDestroy(finish(stream));
      }
    }
  }
}

CASE(capture_forbids_pageable_copies) {
  float* block = device_floats(1);
  float host = 1;
  cudaStream_t stream = capturing();
  CHECK_EQUAL(cudaMemcpyAsync(block, &host, 4, cudaMemcpyHostToDevice, stream),
              cudaErrorStreamCaptureUnsupported);
  check_broken(stream);
}

CASE(capture_of_a_blocking_stream_forbids_the_default_stream) {
  float* block = device_floats(1);
  cudaStream_t stream = capturing(cudaStreamCaptureModeRelaxed, true);
  CHECK_EQUAL(cudaMemsetAsync(block, 0, 4, nullptr), cudaErrorStreamCaptureImplicit);
  check_broken(stream);
  stream = capturing(cudaStreamCaptureModeRelaxed, false);
  CHECK_EQUAL(cudaMemsetAsync(block, 0, 4, nullptr), cudaSuccess);
  cudaGraphExecDestroy(finish(stream));
}

CASE(capture_does_not_depend_on_work_outside) {
  cudaStream_t outside = new_stream();
  cudaEvent_t event = new_event();
  cudaEventRecord(event, outside);
  cudaStream_t stream = capturing();
  CHECK_EQUAL(cudaStreamWaitEvent(stream, event, 0), cudaErrorStreamCaptureIsolation);
  check_broken(stream);
}

CASE(capture_does_not_mix_with_another) {
  cudaStream_t first = capturing();
  cudaStream_t second = capturing();
  cudaEvent_t event = new_event();
  cudaEventRecord(event, first);
  CHECK_EQUAL(cudaStreamWaitEvent(second, event, 0), cudaErrorStreamCaptureMerge);
  check_broken(first);
  check_broken(second);
}

CASE(capture_events_cannot_be_asked_by_the_host) {
  cudaStream_t stream = capturing();
  cudaEvent_t event = new_event();
  cudaEventRecord(event, stream);
  CHECK_EQUAL(cudaEventQuery(event), cudaErrorCapturedEvent);
  check_broken(stream);
  CHECK_EQUAL(cudaEventSynchronize(event), cudaErrorCapturedEvent);
}

CASE(capture_ends_where_it_began) {
  cudaGraph_t graph = nullptr;
  cudaStream_t idle = new_stream();
  CHECK_EQUAL(cudaStreamEndCapture(idle, &graph), cudaErrorIllegalState);
  CHECK_EQUAL(cudaStreamBeginCapture(nullptr, 0), cudaErrorStreamCaptureUnsupported);
  cudaStream_t stream = capturing();
  CHECK_EQUAL(cudaStreamBeginCapture(stream, 0), cudaErrorIllegalState);
  cudaError_t status = cudaSuccess;
  std::thread([&] { status = cudaStreamEndCapture(stream, &graph); }).join();
  CHECK_EQUAL(status, cudaErrorStreamCaptureWrongThread);
  cudaEvent_t event = new_event();
  cudaEventRecord(event, stream);
  cudaStreamWaitEvent(idle, event, 0);
  CHECK_EQUAL(cudaStreamEndCapture(idle, &graph), cudaErrorStreamCaptureUnmatched);
  check_broken(stream);
}

CASE(capture_takes_the_nodes_of_a_launched_graph) {
  std::string order;
  cudaStream_t stream = capturing();
  mark(stream, order, 'a');
  mark(stream, order, 'b');
  cudaGraphExec_t inner = finish(stream);
  cudaStreamBeginCapture(stream, cudaStreamCaptureModeThreadLocal);
  mark(stream, order, '<');
  CHECK_EQUAL(cudaGraphLaunch(inner, stream), cudaSuccess);
  mark(stream, order, '>');
  cudaGraphExec_t outer = finish(stream);
  CHECK_EQUAL(cudaGraphExecDestroy(inner), cudaSuccess);
  cudaGraphLaunch(outer, stream);
  cudaStreamSynchronize(stream);
  CHECK(order == "<ab>");
}

CASE(capture_graph_handles_are_checked) {
  cudaGraphExec_t exec = finish(capturing());
  CHECK_EQUAL(cudaGraphExecDestroy(exec), cudaSuccess);
  CHECK_EQUAL(cudaGraphLaunch(exec, nullptr), cudaErrorInvalidValue);
  CHECK_EQUAL(cudaGraphExecDestroy(exec), cudaErrorInvalidValue);
  CHECK_EQUAL(dbl_violation_count(), 2);
}
