// Injected faults and the sticky error.
#include <cstring>

#include "selftest.h"

using namespace selftest;

CASE(fault_strikes_the_chosen_call_only) {
  void* block = nullptr;
  dbl_set_fault("cudaMalloc", 2, cudaErrorMemoryAllocation);
  CHECK_EQUAL(cudaMalloc(&block, 4), cudaSuccess);
  CHECK_EQUAL(cudaSetDevice(0), cudaSuccess);
  CHECK_EQUAL(cudaMalloc(&block, 4), cudaErrorMemoryAllocation);
  CHECK_EQUAL(cudaMalloc(&block, 4), cudaSuccess);
  CHECK_EQUAL(dbl_faults_struck(), 1);
  CHECK_EQUAL(dbl_call_count("cudaMalloc"), 3);
  CHECK_EQUAL(dbl_call_count(nullptr), 4);
  CHECK_EQUAL(dbl_live_blocks(), 2);
}

CASE(fault_strikes_the_nth_call_of_all) {
  dbl_set_fault("", 3, cudaErrorUnknown);
  cudaSetDevice(0);
  device_floats(1);
  CHECK_EQUAL(cudaDeviceSynchronize(), cudaErrorUnknown);
  CHECK_EQUAL(cudaDeviceSynchronize(), cudaSuccess);
}

CASE(fault_can_be_taken_back) {
  dbl_set_fault("", 1, cudaErrorUnknown);
  dbl_clear_faults();
  CHECK_EQUAL(cudaDeviceSynchronize(), cudaSuccess);
  CHECK_EQUAL(dbl_faults_struck(), 0);
}

CASE(fault_in_a_release_comes_after_the_release) {
  float* block = device_floats(1);
  cudaStream_t stream = new_stream();
  dbl_set_fault("cudaFree", 1, cudaErrorLaunchFailure);
  dbl_set_fault("cudaStreamDestroy", 1, cudaErrorLaunchFailure);
  CHECK_EQUAL(cudaFree(block), cudaErrorLaunchFailure);
  CHECK_EQUAL(cudaStreamDestroy(stream), cudaErrorLaunchFailure);
  CHECK_EQUAL(strlen(dbl_live_report()), 0);
}

CASE(fault_of_queued_work_shows_late_and_stays) {
  float* block = device_floats(1);
  cudaStream_t stream = new_stream();
  dbl_set_work_fault(2, cudaErrorIllegalAddress);
  CHECK_EQUAL(cudaMemsetAsync(block, 0, 4, stream), cudaSuccess);
  CHECK_EQUAL(cudaMemsetAsync(block, 1, 4, stream), cudaSuccess);
  CHECK_EQUAL(cudaMemsetAsync(block, 2, 4, stream), cudaSuccess);
  CHECK_EQUAL(cudaStreamSynchronize(stream), cudaErrorIllegalAddress);
  CHECK(device_value(block) == 0);
  CHECK_EQUAL(cudaMemsetAsync(block, 3, 4, stream), cudaErrorIllegalAddress);
  void* other = nullptr;
  CHECK_EQUAL(cudaMalloc(&other, 4), cudaErrorIllegalAddress);
  CHECK_EQUAL(cudaGetLastError(), cudaErrorIllegalAddress);
  CHECK_EQUAL(cudaGetLastError(), cudaErrorIllegalAddress);
  CHECK_EQUAL(cudaFree(block), cudaErrorIllegalAddress);
  CHECK_EQUAL(cudaStreamDestroy(stream), cudaErrorIllegalAddress);
  CHECK_EQUAL(strlen(dbl_live_report()), 0);
  dbl_reset();
  device_floats(1);
  CHECK_EQUAL(cudaDeviceSynchronize(), cudaSuccess);
}

CASE(fault_of_a_machine_without_a_device) {
  dbl_set_device_count(0);
  int count = 17;
  void* block = nullptr;
  CHECK_EQUAL(cudaGetDeviceCount(&count), cudaErrorNoDevice);
  CHECK_EQUAL(cudaMalloc(&block, 4), cudaErrorNoDevice);
  CHECK_EQUAL(count, 17);
}

CASE(fault_calls_can_be_recorded) {
  dbl_record_calls(1);
  cudaSetDevice(0);
  device_floats(1);
  dbl_record_calls(0);
  cudaSetDevice(0);
  CHECK_EQUAL(strcmp(dbl_recorded_calls(), "cudaSetDevice\ncudaMalloc\n"), 0);
  dbl_record_calls(1);
  cudaDeviceSynchronize();
  CHECK_EQUAL(strcmp(dbl_recorded_calls(), "cudaDeviceSynchronize\n"), 0);
}
