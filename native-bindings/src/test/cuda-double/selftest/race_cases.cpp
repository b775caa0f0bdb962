// Work of several streams in the same memory: what no wait orders is reported, whatever the seed.
#include <functional>

#include "selftest.h"

using namespace selftest;

namespace {

constexpr const char* kRace = "race between streams";
constexpr size_t kBytes = 8 * sizeof(float);

// A block that one stream writes and another one reads.
struct Scene {
  float* block = device_floats(16);
  float* other = device_floats(16);
  cudaStream_t writer = new_stream();
  cudaStream_t reader = new_stream();
  cudaEvent_t event = new_event();

  void write() { cudaMemsetAsync(block, 0, kBytes, writer); }
  void read() { cudaMemcpyAsync(other, block, kBytes, cudaMemcpyDeviceToDevice, reader); }
};

// Whether each of many orders of the same work gives a report, or none does.
void expect(const char* report, bool reported, const std::function<void()>& work) {
  for (uint64_t seed = 0; seed < 24; seed++) {
    dbl_reset();
    dbl_set_seed(seed);
    work();
    CHECK_EQUAL(cudaDeviceSynchronize(), cudaSuccess);
    CHECK_EQUAL(violated(report), reported);
    CHECK(reported || dbl_violation_count() == 0);
  }
}

void expect_race(const std::function<void(Scene&)>& work) {
  expect(kRace, true, [&] {
    Scene scene;
    work(scene);
  });
}

void expect_order(const std::function<void(Scene&)>& work) {
  expect(kRace, false, [&] {
    Scene scene;
    work(scene);
  });
}

}  // namespace

CASE(race_a_write_and_a_read_without_a_wait) {
  expect_race([](Scene& s) {
    s.write();
    s.read();
  });
}

CASE(race_two_writes_without_a_wait) {
  expect_race([](Scene& s) {
    s.write();
    cudaMemsetAsync(s.block + 7, 1, kBytes, s.reader);
  });
}

CASE(race_a_wait_for_what_was_recorded_before_the_write) {
  expect_race([](Scene& s) {
    cudaEventRecord(s.event, s.writer);
    s.write();
    cudaStreamWaitEvent(s.reader, s.event, 0);
    s.read();
  });
}

CASE(race_a_host_that_waits_for_the_other_stream) {
  expect_race([](Scene& s) {
    s.write();
    CHECK_EQUAL(cudaStreamSynchronize(s.reader), cudaSuccess);
    s.read();
  });
}

CASE(race_none_after_a_wait_for_an_event) {
  expect_order([](Scene& s) {
    s.write();
    cudaEventRecord(s.event, s.writer);
    cudaStreamWaitEvent(s.reader, s.event, 0);
    s.read();
  });
}

CASE(race_none_after_waits_through_a_third_stream) {
  expect_order([](Scene& s) {
    cudaStream_t third = new_stream();
    cudaEvent_t passed = new_event();
    s.write();
    cudaEventRecord(s.event, s.writer);
    cudaStreamWaitEvent(third, s.event, 0);
    cudaEventRecord(passed, third);
    cudaStreamWaitEvent(s.reader, passed, 0);
    s.read();
  });
}

CASE(race_none_after_the_host_has_waited) {
  expect_order([](Scene& s) {
    s.write();
    CHECK_EQUAL(cudaStreamSynchronize(s.writer), cudaSuccess);
    s.read();
  });
  expect_order([](Scene& s) {
    s.write();
    cudaEventRecord(s.event, s.writer);
    while (cudaEventQuery(s.event) == cudaErrorNotReady) {
    }
    s.read();
  });
}

CASE(race_none_between_reads_nor_in_other_bytes) {
  expect_order([](Scene& s) {
    s.read();
    cudaMemcpyAsync(s.other + 8, s.block, kBytes, cudaMemcpyDeviceToDevice, s.writer);
  });
  expect_order([](Scene& s) {
    s.write();
    cudaMemsetAsync(s.block + 8, 1, kBytes, s.reader);
  });
}

CASE(race_a_graph_beside_other_work) {
  for (bool waits : {false, true}) {
    auto work = [waits](Scene& s) {
      cudaGraph_t graph = nullptr;
      cudaGraphExec_t exec = nullptr;
      cudaStreamBeginCapture(s.writer, cudaStreamCaptureModeThreadLocal);
      s.write();
      cudaStreamEndCapture(s.writer, &graph);
      cudaGraphInstantiate(&exec, graph, 0);
      for (int launch = 0; launch < 2; launch++) {
        cudaGraphLaunch(exec, s.writer);
      }
      cudaEventRecord(s.event, s.writer);
      if (waits) {
        cudaStreamWaitEvent(s.reader, s.event, 0);
      }
      s.read();
    };
    waits ? expect_order(work) : expect_race(work);
  }
}

CASE(race_between_branches_of_a_graph) {
  for (bool joined_first : {false, true}) {
    auto work = [joined_first](Scene& s) {
      cudaEvent_t fork = new_event();
      cudaGraph_t graph = nullptr;
      cudaGraphExec_t exec = nullptr;
      cudaStreamBeginCapture(s.writer, cudaStreamCaptureModeThreadLocal);
      cudaEventRecord(fork, s.writer);
      cudaStreamWaitEvent(s.reader, fork, 0);
      s.read();
      cudaEventRecord(s.event, s.reader);
      if (joined_first) {
        cudaStreamWaitEvent(s.writer, s.event, 0);
        s.write();
      } else {
        s.write();
        cudaStreamWaitEvent(s.writer, s.event, 0);
      }
      CHECK_EQUAL(cudaStreamEndCapture(s.writer, &graph), cudaSuccess);
      cudaGraphInstantiate(&exec, graph, 0);
      cudaGraphLaunch(exec, s.writer);
    };
    joined_first ? expect_order(work) : expect_race(work);
  }
}

CASE(race_of_two_downloads_into_one_buffer) {
  expect_race([](Scene& s) {
    float* host = pinned_floats(4);
    cudaMemcpyAsync(host, s.block, 8, cudaMemcpyDeviceToHost, s.writer);
    cudaMemcpyAsync(host + 1, s.other, 8, cudaMemcpyDeviceToHost, s.reader);
  });
}

CASE(race_a_pinned_source_changed_before_the_wait) {
  expect("the host changed the source before it waited for the copy", true, [] {
    Scene s;
    float* host = pinned_floats(1);
    *host = 1;
    cudaMemcpyAsync(s.block, host, 4, cudaMemcpyHostToDevice, s.writer);
    while (dbl_pending_work() > 0) {
      cudaStreamQuery(s.writer);  // the copy runs, but no answer says that it has
    }
    *host = 2;
  });
  expect("the host changed", false, [] {
    Scene s;
    float* host = pinned_floats(1);
    for (int i = 0; i < 3; i++) {
      *host = static_cast<float>(i);
      cudaMemcpyAsync(s.block, host, 4, cudaMemcpyHostToDevice, s.writer);
      cudaEventRecord(s.event, s.writer);
      CHECK_EQUAL(cudaEventSynchronize(s.event), cudaSuccess);
    }
  });
}

CASE(race_a_pinned_block_released_before_the_wait) {
  expect("is released before the host has waited for", true, [] {
    Scene s;
    float* host = pinned_floats(1);
    cudaMemcpyAsync(host, s.block, 4, cudaMemcpyDeviceToHost, s.writer);
    while (dbl_pending_work() > 0) {
      cudaStreamQuery(s.writer);
    }
    cudaFreeHost(host);
  });
}
