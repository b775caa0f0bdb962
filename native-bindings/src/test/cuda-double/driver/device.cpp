// Initialisation, devices and contexts. The primary context is the only one.
#include "device_attributes.h"

#include <cstring>

#include "driver.h"
#include "error_names.h"

namespace {

int primary_context;

CUcontext context() { return reinterpret_cast<CUcontext>(&primary_context); }

bool is_device(CUdevice device) { return device >= 0 && device < dbl::device_count(); }

}  // namespace

DBL_EXPORT CUresult cuInit(unsigned flags) {
  DRIVER_ENTRY("cuInit");
  if (flags != 0) {
    return cudaErrorInvalidValue;
  }
  return dbl::device_count() == 0 ? cudaErrorNoDevice : cudaSuccess;
}

DBL_EXPORT CUresult cuDriverGetVersion(int* version) {
  DRIVER_ENTRY("cuDriverGetVersion");
  *version = 12060;
  return cudaSuccess;
}

DBL_EXPORT CUresult cuDeviceGetCount(int* count) {
  DRIVER_ENTRY("cuDeviceGetCount");
  *count = dbl::device_count();
  return cudaSuccess;
}

DBL_EXPORT CUresult cuDeviceGet(CUdevice* device, int ordinal) {
  DRIVER_ENTRY("cuDeviceGet");
  if (!is_device(ordinal)) {
    return cudaErrorInvalidDevice;
  }
  *device = ordinal;
  return cudaSuccess;
}

DBL_EXPORT CUresult cuDeviceGetName(char* name, int length, CUdevice device) {
  DRIVER_ENTRY("cuDeviceGetName");
  if (!is_device(device)) {
    return cudaErrorInvalidDevice;
  }
  if (length <= 0) {
    return cudaErrorInvalidValue;
  }
  strncpy(name, "charlstm CUDA double", static_cast<size_t>(length));
  name[length - 1] = 0;
  return cudaSuccess;
}

DBL_EXPORT CUresult cuDeviceTotalMem_v2(size_t* bytes, CUdevice device) {
  DRIVER_ENTRY("cuDeviceTotalMem_v2");
  if (!is_device(device)) {
    return cudaErrorInvalidDevice;
  }
  *bytes = dbl::device_memory_total();
  return cudaSuccess;
}

DBL_EXPORT CUresult cuDeviceGetAttribute(int* value, int attribute, CUdevice device) {
  DRIVER_ENTRY("cuDeviceGetAttribute");
  if (!is_device(device)) {
    return cudaErrorInvalidDevice;
  }
  return dbl::device_attribute(attribute, value) ? cudaSuccess : cudaErrorInvalidValue;
}

DBL_EXPORT CUresult cuCtxGetCurrent(CUcontext* current) {
  DRIVER_ENTRY("cuCtxGetCurrent");
  *current = dbl::context_current() ? context() : nullptr;
  return cudaSuccess;
}

DBL_EXPORT CUresult cuCtxSetCurrent(CUcontext wanted) {
  DRIVER_ENTRY("cuCtxSetCurrent");
  if (wanted != nullptr && wanted != context()) {
    return cudaErrorDeviceUninitialized;
  }
  dbl::set_context_current(wanted != nullptr);
  return cudaSuccess;
}

DBL_EXPORT CUresult cuDevicePrimaryCtxRetain(CUcontext* retained, CUdevice device) {
  DRIVER_ENTRY("cuDevicePrimaryCtxRetain");
  if (!is_device(device)) {
    return cudaErrorInvalidDevice;
  }
  *retained = context();
  return cudaSuccess;
}

DBL_EXPORT CUresult cuGetErrorString(CUresult status, const char** text) {
  DRIVER_ENTRY("cuGetErrorString");
  *text = dbl::error_name(status).status < 0 ? nullptr : dbl::error_name(status).text;
  return *text == nullptr ? cudaErrorInvalidValue : cudaSuccess;
}

DBL_EXPORT CUresult cuGetErrorName(CUresult status, const char** text) {
  DRIVER_ENTRY("cuGetErrorName");
  *text = dbl::error_name(status).status < 0 ? nullptr : dbl::error_name(status).driver_name;
  return *text == nullptr ? cudaErrorInvalidValue : cudaSuccess;
}
