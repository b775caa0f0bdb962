// Devices and versions.
#include "device_attributes.h"
#include "runtime.h"
#include "streams.h"

namespace {
thread_local int current_device = 0;
}

DBL_EXPORT cudaError_t cudaRuntimeGetVersion(int* version) {
  RT_HOST_ENTRY("cudaRuntimeGetVersion");
  *version = 12060;
  return cudaSuccess;
}

DBL_EXPORT cudaError_t cudaDriverGetVersion(int* version) {
  RT_HOST_ENTRY("cudaDriverGetVersion");
  *version = 12060;
  return cudaSuccess;
}

DBL_EXPORT cudaError_t cudaGetDeviceCount(int* count) {
  RT_HOST_ENTRY("cudaGetDeviceCount");
  if (dbl::device_count() == 0) {
    return rt::remember(cudaErrorNoDevice);
  }
  *count = dbl::device_count();
  return cudaSuccess;
}

DBL_EXPORT cudaError_t cudaSetDevice(int device) {
  RT_ENTRY("cudaSetDevice");
  if (device < 0 || device >= dbl::device_count()) {
    return rt::remember(cudaErrorInvalidDevice);
  }
  current_device = device;
  return cudaSuccess;
}

DBL_EXPORT cudaError_t cudaGetDevice(int* device) {
  RT_HOST_ENTRY("cudaGetDevice");
  *device = current_device;
  return cudaSuccess;
}

DBL_EXPORT cudaError_t cudaDeviceGetAttribute(int* value, int attribute, int device) {
  RT_HOST_ENTRY("cudaDeviceGetAttribute");
  if (device < 0 || device >= dbl::device_count()) {
    return rt::remember(cudaErrorInvalidDevice);
  }
  return dbl::device_attribute(attribute, value) ? cudaSuccess
                                                 : rt::remember(cudaErrorInvalidValue);
}

DBL_EXPORT cudaError_t cudaDeviceSynchronize() {
  RT_ENTRY("cudaDeviceSynchronize");
  return rt::remember(dbl::device_synchronize());
}

DBL_EXPORT cudaError_t cudaDeviceReset() {
  RT_ENTRY("cudaDeviceReset");
  dbl::violation("cudaDeviceReset: an engine inside another program must never call it");
  return cudaSuccess;
}
