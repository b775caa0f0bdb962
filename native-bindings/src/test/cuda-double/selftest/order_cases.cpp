// Streams and events: when work runs, and what it sees.
#include <cmath>
#include <set>
#include <string>

#include "selftest.h"

using namespace selftest;

namespace {

// Appends a letter when it runs.
void mark(cudaStream_t stream, std::string& order, char letter) {
  dbl::enqueue(stream, [&order, letter] { order += letter; }, std::string("mark ") + letter);
}

}  // namespace

CASE(order_a_download_is_not_there_before_the_wait) {
  float* block = device_floats(1);
  float* host = pinned_floats(1);
  cudaStream_t stream = new_stream();
  *host = 5;
  cudaMemsetAsync(block, 0, 4, stream);
  cudaMemcpyAsync(host, block, 4, cudaMemcpyDeviceToHost, stream);
  CHECK(std::isnan(*host));
  CHECK_EQUAL(dbl_pending_work(), 2);
  CHECK_EQUAL(cudaStreamSynchronize(stream), cudaSuccess);
  CHECK(*host == 0);
}

CASE(order_a_pinned_source_changed_too_early_is_reported) {
  float* block = device_floats(1);
  float* host = pinned_floats(1);
  cudaStream_t stream = new_stream();
  *host = 1;
  cudaMemcpyAsync(block, host, 4, cudaMemcpyHostToDevice, stream);
  *host = 2;
  CHECK_EQUAL(cudaStreamSynchronize(stream), cudaSuccess);
  CHECK(device_value(block) == 2);
  CHECK(violated("the host changed the source before the copy ran"));
}

CASE(order_a_pinned_block_released_too_early_is_reported) {
  float* block = device_floats(1);
  float* host = pinned_floats(1);
  cudaStream_t stream = new_stream();
  cudaMemcpyAsync(host, block, 4, cudaMemcpyDeviceToHost, stream);
  cudaFreeHost(host);
  CHECK_EQUAL(cudaStreamSynchronize(stream), cudaSuccess);
  CHECK(violated("the page-locked block was released before the copy ran"));
}

CASE(order_a_pageable_source_is_staged_at_the_call) {
  float* block = device_floats(1);
  float host = 1;
  cudaStream_t stream = new_stream();
  cudaMemcpyAsync(block, &host, 4, cudaMemcpyHostToDevice, stream);
  host = 2;
  CHECK_EQUAL(cudaStreamSynchronize(stream), cudaSuccess);
  CHECK(device_value(block) == 1);
  CHECK_EQUAL(dbl_violation_count(), 0);
}

CASE(order_a_download_to_pageable_memory_has_ended_on_return) {
  float* block = device_floats(1);
  float host = 7;
  cudaStream_t stream = new_stream();
  cudaMemsetAsync(block, 0, 4, stream);
  cudaMemcpyAsync(&host, block, 4, cudaMemcpyDeviceToHost, stream);
  CHECK(host == 0);
}

// Without a wait the reader sees old memory with some seed; with it never.
CASE(order_a_missing_wait_between_streams_shows) {
  for (bool waits : {false, true}) {
    int wrong = 0;
    for (uint64_t seed = 0; seed < 32; seed++) {
      dbl_reset();
      dbl_set_seed(seed);
      float* block = device_floats(2);
      cudaStream_t writer = new_stream();
      cudaStream_t reader = new_stream();
      cudaEvent_t written = new_event();
      cudaMemsetAsync(block, 0, 4, writer);
      cudaEventRecord(written, writer);
      if (waits) {
        cudaStreamWaitEvent(reader, written, 0);
      }
      cudaMemcpyAsync(block + 1, block, 4, cudaMemcpyDeviceToDevice, reader);
      CHECK_EQUAL(cudaStreamSynchronize(reader), cudaSuccess);
      wrong += device_value(block + 1) == 0 ? 0 : 1;
    }
    CHECK(waits ? wrong == 0 : wrong > 4);
  }
}

CASE(order_of_independent_streams_depends_on_the_seed) {
  std::set<std::string> orders;
  for (uint64_t seed = 0; seed < 32; seed++) {
    dbl_reset();
    dbl_set_seed(seed);
    std::string order;
    cudaStream_t first = new_stream();
    cudaStream_t second = new_stream();
    for (char letter : {'a', 'b', 'c'}) {
      mark(first, order, letter);
      mark(second, order, static_cast<char>(letter - 'a' + 'A'));
    }
    CHECK_EQUAL(cudaDeviceSynchronize(), cudaSuccess);
    CHECK(order.find('a') < order.find('b') && order.find('b') < order.find('c'));
    CHECK(order.find('A') < order.find('B') && order.find('B') < order.find('C'));
    orders.insert(order);
  }
  CHECK(orders.size() > 5);
}

CASE(order_is_the_same_for_the_same_seed) {
  std::string orders[2];
  for (std::string& order : orders) {
    dbl_reset();
    dbl_set_seed(4);
    cudaStream_t streams[] = {new_stream(), new_stream(), new_stream()};
    for (int i = 0; i < 12; i++) {
      mark(streams[i % 3], order, static_cast<char>('a' + i));
    }
    cudaDeviceSynchronize();
  }
  CHECK(orders[0] == orders[1]);
}

CASE(order_work_runs_before_the_wait_with_some_seeds) {
  int early = 0;
  for (uint64_t seed = 0; seed < 16; seed++) {
    dbl_reset();
    dbl_set_seed(seed);
    std::string order;
    mark(new_stream(), order, 'a');
    CHECK(seed != 0 || order.empty());
    early += order.empty() ? 0 : 1;
    cudaDeviceSynchronize();
  }
  CHECK(early > 0 && early < 16);
}

CASE(order_the_default_stream_waits_for_blocking_streams_only) {
  std::string order;
  cudaStream_t blocking = new_stream(true);
  cudaStream_t other = new_stream(false);
  mark(blocking, order, 'a');
  mark(nullptr, order, 'b');
  mark(blocking, order, 'c');
  CHECK_EQUAL(cudaStreamSynchronize(blocking), cudaSuccess);
  CHECK(order == "abc");
  order.clear();
  bool passed = false;
  for (uint64_t seed = 0; seed < 16; seed++) {
    dbl_set_seed(seed);
    mark(other, order, 'x');
    mark(nullptr, order, 'y');
    CHECK_EQUAL(cudaStreamSynchronize(nullptr), cudaSuccess);
    passed |= order.back() == 'y' && order.find('x') == std::string::npos;
    cudaDeviceSynchronize();
    order.clear();
  }
  CHECK(passed);
}

CASE(order_asking_a_stream_lets_it_go_on) {
  std::string order;
  cudaStream_t stream = new_stream();
  for (int i = 0; i < 20; i++) {
    mark(stream, order, 'a');
  }
  int asked = 0;
  while (cudaStreamQuery(stream) == cudaErrorNotReady) {
    asked++;
  }
  CHECK(asked > 0 && asked <= 20);
  CHECK_EQUAL(order.size(), 20);
}

CASE(order_events_tell_when_work_is_done) {
  std::string order;
  cudaStream_t stream = new_stream();
  cudaEvent_t start = new_event();
  cudaEvent_t end = new_event();
  float milliseconds = -1;
  CHECK_EQUAL(cudaEventQuery(start), cudaSuccess);
  cudaEventRecord(start, stream);
  mark(stream, order, 'a');
  cudaEventRecord(end, stream);
  mark(stream, order, 'b');
  CHECK_EQUAL(cudaEventElapsedTime(&milliseconds, start, end), cudaErrorNotReady);
  CHECK_EQUAL(cudaEventSynchronize(end), cudaSuccess);
  CHECK(order[0] == 'a');
  CHECK_EQUAL(cudaEventElapsedTime(&milliseconds, start, end), cudaSuccess);
  CHECK(milliseconds >= 0);
  CHECK_EQUAL(cudaEventElapsedTime(&milliseconds, start, new_event()),
              cudaErrorInvalidResourceHandle);
}

CASE(order_a_release_of_memory_waits_for_all_work) {
  std::string order;
  float* block = device_floats(1);
  mark(new_stream(), order, 'a');
  CHECK_EQUAL(cudaFree(block), cudaSuccess);
  CHECK(order == "a");
}
