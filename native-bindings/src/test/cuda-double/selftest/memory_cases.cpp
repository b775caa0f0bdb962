// Device memory: bounds, lifetimes, poison, limits.
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <cstring>

#include "selftest.h"

using namespace selftest;

CASE(memory_is_not_a_number_before_it_is_written) {
  float* block = device_floats(3);
  CHECK(std::isnan(device_value(block)));
  CHECK(std::isnan(device_value(block + 2)));
}

CASE(memory_is_closed_to_the_host) {
  float* block = device_floats(3);
  pid_t child = fork();
  if (child == 0) {
    volatile float value = *block;
    _exit(value == 0 ? 0 : 1);
  }
  int status = 0;
  waitpid(child, &status, 0);
  CHECK(WIFSIGNALED(status));
  CHECK_EQUAL(WTERMSIG(status), SIGSEGV);
}

CASE(memory_copy_past_the_end_is_reported_and_left_out) {
  float* block = device_floats(3);
  float source[4] = {1, 2, 3, 4};
  CHECK_EQUAL(cudaMemcpy(block, source, sizeof source, cudaMemcpyHostToDevice), cudaSuccess);
  CHECK_EQUAL(cudaDeviceSynchronize(), cudaSuccess);
  CHECK(violated("cudaMemcpy of 16 bytes (when called), destination: write of 16 bytes"));
  CHECK(violated("live block 1 of 12 bytes, at offset 0"));
  CHECK(std::isnan(device_value(block)));
}

CASE(memory_used_after_its_release_is_reported) {
  float* block = device_floats(3);
  CHECK_EQUAL(cudaFree(block), cudaSuccess);
  cudaStream_t stream = new_stream();
  CHECK_EQUAL(cudaMemsetAsync(block, 0, 12, stream), cudaSuccess);
  CHECK_EQUAL(cudaStreamSynchronize(stream), cudaSuccess);
  CHECK(violated("released block 1 of 12 bytes"));
}

CASE(memory_released_before_queued_work_runs_is_reported) {
  float* block = device_floats(3);
  cudaStream_t stream = new_stream();
  bool ran = false;
  dbl::enqueue(stream, {dbl::reads(block, 12, "x")}, [&ran] { ran = true; }, "work");
  CHECK(dbl::device_free(block));
  CHECK_EQUAL(cudaStreamSynchronize(stream), cudaSuccess);
  CHECK(violated("work (while running), x: read of 12 bytes"));
  CHECK(!ran);
}

CASE(memory_released_twice_is_reported) {
  float* block = device_floats(3);
  CHECK_EQUAL(cudaFree(block), cudaSuccess);
  CHECK_EQUAL(cudaFree(block), cudaErrorInvalidValue);
  CHECK_EQUAL(cudaFree(nullptr), cudaSuccess);
  CHECK_EQUAL(dbl_violation_count(), 1);
}

CASE(memory_is_not_handed_out_again_soon) {
  float* first = device_floats(3);
  CHECK_EQUAL(cudaFree(first), cudaSuccess);
  CHECK(device_floats(3) != first);
}

CASE(memory_overwritten_beside_a_block_names_the_work) {
  float* block = device_floats(3);
  cudaStream_t stream = new_stream();
  dbl::enqueue(stream, [block] { block[3] = 1; }, "kernel that writes too far");
  CHECK_EQUAL(cudaStreamSynchronize(stream), cudaSuccess);
  CHECK(violated("kernel that writes too far: bytes after block 1 of 12 bytes were overwritten"));
  dbl_clear_violations();
  float* other = device_floats(5);
  dbl::enqueue(stream, [other] { other[-1] = 1; }, "kernel that starts too early");
  CHECK_EQUAL(cudaStreamSynchronize(stream), cudaSuccess);
  CHECK(violated("kernel that starts too early: bytes before block 2"));
  CHECK_EQUAL(dbl_violation_count(), 1);
}

CASE(memory_limit_makes_allocations_fail) {
  dbl_set_device_memory(1000);
  void* first = nullptr;
  void* second = nullptr;
  CHECK_EQUAL(cudaMalloc(&first, 700), cudaSuccess);
  CHECK_EQUAL(cudaMalloc(&second, 301), cudaErrorMemoryAllocation);
  CHECK(second == nullptr);
  CHECK_EQUAL(cudaGetLastError(), cudaErrorMemoryAllocation);
  CHECK_EQUAL(cudaGetLastError(), cudaSuccess);
  size_t available = 0;
  size_t total = 0;
  CHECK_EQUAL(cudaMemGetInfo(&available, &total), cudaSuccess);
  CHECK_EQUAL(available, 300);
  CHECK_EQUAL(total, 1000);
  CHECK_EQUAL(cudaFree(first), cudaSuccess);
  CHECK_EQUAL(cudaMalloc(&second, 1000), cudaSuccess);
}

CASE(memory_and_handles_that_are_open_are_listed) {
  CHECK_EQUAL(strlen(dbl_live_report()), 0);
  float* block = device_floats(3);
  float* pinned = pinned_floats(5);
  cudaStream_t stream = new_stream();
  cudaEvent_t event = new_event();
  CHECK_EQUAL(dbl_live_bytes(), 12);
  CHECK_EQUAL(dbl_live_pinned_bytes(), 20);
  CHECK_EQUAL(dbl_live_handles(), 2);
  CHECK(strstr(dbl_live_report(), "device block 1: 12 bytes") != nullptr);
  CHECK_EQUAL(cudaFree(block), cudaSuccess);
  CHECK_EQUAL(cudaFreeHost(pinned), cudaSuccess);
  CHECK_EQUAL(cudaStreamDestroy(stream), cudaSuccess);
  CHECK_EQUAL(cudaEventDestroy(event), cudaSuccess);
  CHECK_EQUAL(strlen(dbl_live_report()), 0);
  CHECK_EQUAL(dbl_violation_count(), 0);
}

CASE(memory_copy_in_the_wrong_direction_is_refused) {
  float* block = device_floats(3);
  float host[3] = {};
  CHECK_EQUAL(cudaMemcpy(block, host, 12, cudaMemcpyDeviceToHost), cudaErrorInvalidValue);
  CHECK(violated("direction 2 does not fit the addresses"));
  CHECK_EQUAL(cudaMemcpy(block, host, 12, 7), cudaErrorInvalidMemcpyDirection);
}

CASE(memory_copy_within_itself_is_reported) {
  float* block = device_floats(8);
  cudaStream_t stream = new_stream();
  cudaMemcpyAsync(block + 1, block, 16, cudaMemcpyDeviceToDevice, stream);
  CHECK(violated("source and destination overlap"));
}
