// Copies and fills. What they read from the host, and when, is as with CUDA: pageable sources are
// staged when the call is made, page-locked ones are read when the copy runs; a copy into pageable
// memory has ended when the call returns.
#include <cstring>
#include <memory>

#include "runtime.h"
#include "streams.h"

namespace {

struct Copy {
  char* to;
  const char* from;
  size_t bytes;
  std::string name;
};

bool still_pinned(const Copy& copy, const void* host) {
  if (dbl::is_pinned(host, copy.bytes)) {
    return true;
  }
  dbl::violation(copy.name + ": the page-locked block was released before the copy ran");
  return false;
}

cudaError_t upload_pinned(const Copy& copy, cudaStream_t stream) {
  dbl::Task task;
  task.ranges = {dbl::writes(copy.to, copy.bytes, "destination")};
  task.host_ranges = {dbl::reads(copy.from, copy.bytes, "source")};
  task.description = copy.name;
  task.arm = [copy]() -> dbl::Work {
    uint64_t before =
        dbl::is_pinned(copy.from, copy.bytes) ? dbl::fingerprint(copy.from, copy.bytes) : 0;
    return [copy, before] {
      if (!still_pinned(copy, copy.from)) {
        return;
      }
      uint64_t now = dbl::fingerprint(copy.from, copy.bytes);
      if (now != before) {
        dbl::violation(copy.name + ": the host changed the source before the copy ran");
      }
      memcpy(copy.to, copy.from, copy.bytes);
      dbl::source_was_read(copy.from, copy.bytes, now);
    };
  };
  return dbl::enqueue(stream, std::move(task));
}

cudaError_t upload_staged(const Copy& copy, cudaStream_t stream) {
  auto staged = std::make_shared<std::vector<char>>(copy.from, copy.from + copy.bytes);
  return dbl::enqueue(stream, {dbl::writes(copy.to, copy.bytes, "destination")},
                      [copy, staged] { memcpy(copy.to, staged->data(), copy.bytes); }, copy.name);
}

// Until the copy has run nothing can be said of its destination: it is poisoned meanwhile, so that
// a host that reads too early does not live on what was there before.
cudaError_t download_pinned(const Copy& copy, cudaStream_t stream) {
  dbl::Task task;
  task.ranges = {dbl::reads(copy.from, copy.bytes, "source")};
  task.host_ranges = {dbl::writes(copy.to, copy.bytes, "destination")};
  task.description = copy.name;
  task.arm = [copy]() -> dbl::Work {
    if (dbl::is_pinned(copy.to, copy.bytes)) {
      memset(copy.to, 0xFF, copy.bytes);
    }
    return [copy] {
      if (still_pinned(copy, copy.to)) {
        memcpy(copy.to, copy.from, copy.bytes);
      }
    };
  };
  return dbl::enqueue(stream, std::move(task));
}

cudaError_t download_pageable(const Copy& copy, cudaStream_t stream) {
  cudaError_t status =
      dbl::enqueue(stream, {dbl::reads(copy.from, copy.bytes, "source")},
                   [copy] { memcpy(copy.to, copy.from, copy.bytes); }, copy.name);
  return status != cudaSuccess ? status : dbl::stream_synchronize(stream);
}

cudaError_t copy_on_device(const Copy& copy, cudaStream_t stream) {
  if (copy.to < copy.from + copy.bytes && copy.from < copy.to + copy.bytes) {
    dbl::violation(copy.name + ": source and destination overlap");
  }
  return dbl::enqueue(stream,
                      {dbl::reads(copy.from, copy.bytes, "source"),
                       dbl::writes(copy.to, copy.bytes, "destination")},
                      [copy] { memmove(copy.to, copy.from, copy.bytes); }, copy.name);
}

bool kind_matches(int kind, bool to_device, bool from_device) {
  switch (kind) {
    case cudaMemcpyHostToHost:
      return !to_device && !from_device;
    case cudaMemcpyHostToDevice:
      return to_device && !from_device;
    case cudaMemcpyDeviceToHost:
      return !to_device && from_device;
    case cudaMemcpyDeviceToDevice:
      return to_device && from_device;
    default:
      return kind == cudaMemcpyDefault;
  }
}

cudaError_t copy_async(const Copy& copy, int kind, cudaStream_t stream) {
  bool to_device = dbl::is_device_address(copy.to);
  bool from_device = dbl::is_device_address(copy.from);
  if (kind < cudaMemcpyHostToHost || kind > cudaMemcpyDefault) {
    return cudaErrorInvalidMemcpyDirection;
  }
  if (copy.bytes == 0) {
    return cudaSuccess;
  }
  if (!kind_matches(kind, to_device, from_device)) {
    dbl::violation(copy.name + dbl::format(": direction %d does not fit the addresses", kind));
    return cudaErrorInvalidValue;
  }
  if (to_device && from_device) {
    return copy_on_device(copy, stream);
  }
  const void* host = to_device ? copy.from : copy.to;
  bool pinned = dbl::is_pinned(host, copy.bytes);
  if (!pinned && dbl::is_capturing(stream)) {
    return dbl::forbid_in_capture(stream, copy.name.c_str());
  }
  if (to_device) {
    return pinned ? upload_pinned(copy, stream) : upload_staged(copy, stream);
  }
  if (from_device) {
    return pinned ? download_pinned(copy, stream) : download_pageable(copy, stream);
  }
  cudaError_t status = dbl::stream_synchronize(stream);
  memmove(copy.to, copy.from, copy.bytes);
  return status;
}

Copy make_copy(const char* name, void* to, const void* from, size_t bytes) {
  return {static_cast<char*>(to), static_cast<const char*>(from), bytes,
          dbl::format("%s of %zu bytes", name, bytes)};
}

cudaError_t fill(const char* name, void* address, int value, size_t bytes, cudaStream_t stream) {
  if (bytes == 0) {
    return cudaSuccess;
  }
  if (!dbl::is_device_address(address)) {
    dbl::violation(dbl::format("%s: %p is no address of the device", name, address));
    return cudaErrorInvalidValue;
  }
  return dbl::enqueue(stream, {dbl::writes(address, bytes, "destination")},
                      [=] { memset(address, value, bytes); },
                      dbl::format("%s of %zu bytes", name, bytes));
}

}  // namespace

DBL_EXPORT cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t bytes, int kind,
                                       cudaStream_t stream) {
  RT_ENTRY("cudaMemcpyAsync");
  return rt::remember(copy_async(make_copy("cudaMemcpyAsync", to, from, bytes), kind, stream));
}

DBL_EXPORT cudaError_t cudaMemcpy(void* to, const void* from, size_t bytes, int kind) {
  RT_ENTRY("cudaMemcpy");
  if (cudaError_t status = dbl::forbid_in_capture(nullptr, "cudaMemcpy")) {
    return rt::remember(status);
  }
  Copy copy = make_copy("cudaMemcpy", to, from, bytes);
  cudaError_t status = copy_async(copy, kind, nullptr);
  bool on_device = dbl::is_device_address(to) && dbl::is_device_address(from);
  bool staged = dbl::is_device_address(to) && !dbl::is_pinned(from, bytes);
  if (status == cudaSuccess && !on_device && !staged) {
    status = dbl::stream_synchronize(nullptr);
  }
  return rt::remember(status);
}

DBL_EXPORT cudaError_t cudaMemsetAsync(void* address, int value, size_t bytes,
                                       cudaStream_t stream) {
  RT_ENTRY("cudaMemsetAsync");
  return rt::remember(fill("cudaMemsetAsync", address, value, bytes, stream));
}

DBL_EXPORT cudaError_t cudaMemset(void* address, int value, size_t bytes) {
  RT_ENTRY("cudaMemset");
  if (cudaError_t status = dbl::forbid_in_capture(nullptr, "cudaMemset")) {
    return rt::remember(status);
  }
  return rt::remember(fill("cudaMemset", address, value, bytes, nullptr));
}
