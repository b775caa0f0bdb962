// What the fakes of the CUDA libraries share: device memory with bounds and lifetimes, deferred
// execution on streams, graph capture, injected faults, a census of handles, and violations.
// All functions may be called from any thread; each exported function of a fake holds the one
// global lock from its DBL_ENTRY on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "cuda_types.h"

#pragma GCC visibility push(default)

namespace dbl {

// ---- violations -----------------------------------------------------------------------------

// Notes something wrong that real hardware might not report (an access out of bounds, a race, a
// block used after its release). Tests assert that there are none.
void violation(const std::string& text);

// printf into a std::string.
std::string format(const char* pattern, ...) __attribute__((format(printf, 1, 2)));

// ---- device memory --------------------------------------------------------------------------

enum class Access { Read, Write };

// A part of device memory that a call or a kernel uses.
struct Range {
  const void* address;
  size_t bytes;
  Access access;
  const char* name;  // of the argument, for the report: "x", "workspace"
};

inline Range reads(const void* address, size_t bytes, const char* name) {
  return {address, bytes, Access::Read, name};
}
inline Range writes(const void* address, size_t bytes, const char* name) {
  return {address, bytes, Access::Write, name};
}

// Whether [address, address + bytes) lies inside one live device block. If not: a violation that
// names `who`, the range and the nearest block, and false. True for zero bytes. Fast enough for
// every single access of an emulated kernel.
bool check_device_range(const void* address, size_t bytes, Access access, const char* who);

// The same without a report.
bool is_device_range(const void* address, size_t bytes);

// Whether the address lies in the range of addresses reserved for the device (live or not).
bool is_device_address(const void* address);

// A live block, by any address inside it; base is null when there is none.
struct Block {
  char* base;
  size_t bytes;
  uint64_t id;  // 1, 2, ... in order of allocation
};
Block find_block(const void* address);

// Allocation as cudaMalloc does it: 512-byte aligned, filled with 0xFF (NaN as float and half),
// guard zones on both sides. Null when the device's memory limit would be passed.
void* device_allocate(size_t bytes);
// False when the address is not the start of a live block (a violation is noted).
bool device_free(void* address);
size_t device_live_bytes();
size_t device_live_blocks();
size_t device_memory_total();

// Device memory is unreadable for the host (PROT_NONE) except while queued work runs and while an
// object of this class lives. Only for control functions: fakes compute inside queued work, where
// plain pointers already work.
class DeviceAccess {
 public:
  DeviceAccess();
  ~DeviceAccess();
  DeviceAccess(const DeviceAccess&) = delete;
  DeviceAccess& operator=(const DeviceAccess&) = delete;
};

// ---- host memory ----------------------------------------------------------------------------

void* pinned_allocate(size_t bytes);
bool pinned_free(void* address);
// Whether all of the range lies inside one live page-locked block.
bool is_pinned(const void* address, size_t bytes);

// ---- deferred execution ---------------------------------------------------------------------

// Queued work. It must hold copies of all its arguments (a graph keeps the function and runs it
// again), and runs with the device's memory readable and writable by plain pointers.
using Work = std::function<void()>;

// Queues work on a stream (null = the legacy default stream). It runs at some later
// synchronisation, in stream order, interleaved at random with other streams. Every range is
// checked now and again when the work runs; work with a bad range is left out after its violation.
// On a stream that is being captured the work becomes a node of the graph instead.
// Returns cudaSuccess, cudaErrorInvalidResourceHandle, or the status of a broken capture.
cudaError_t enqueue(cudaStream_t stream, std::vector<Range> ranges, Work work,
                    std::string description);
inline cudaError_t enqueue(cudaStream_t stream, Work work, std::string description) {
  return enqueue(stream, {}, std::move(work), std::move(description));
}

// For calls that are illegal on a capturing stream (or during any capture of this thread or, in
// global mode, of any thread). Returns cudaSuccess or the capture error after invalidating it.
// `stream` may be null. Used by fakes whose real call synchronises or allocates.
cudaError_t forbid_in_capture(cudaStream_t stream, const char* who);
// Whether the stream is live and being captured.
bool is_capturing(cudaStream_t stream);
bool is_stream(cudaStream_t stream);

// Runs all queued work now.
void drain_all();

// Called inside queued work: the device has failed with this status (700 illegal address,
// 719 launch failure). Sticky: every later call returns it, as on a GPU. Work that is still
// queued is dropped.
void device_fault(cudaError_t status, const std::string& text);
cudaError_t sticky_error();

// Part of a block: offsets of its first byte and of the first one behind it.
struct Piece {
  size_t begin;
  size_t end;
  bool operator==(const Piece& other) const { return begin == other.begin && end == other.end; }
};

// Called inside queued work: it has touched these pieces of a block (ascending, apart), beside the
// ranges that it was queued with. A violation when other work touches them in no order with it.
void note_access(const Block& block, std::vector<Piece> pieces, Access access);

// Description of the work that runs now ("" outside), for reports of emulated kernels.
const char* current_work();

// Deterministic pseudo-random number below `bound`, from the seed of the control functions: for
// orders that the fakes may choose freely (blocks of a grid, independent work).
uint64_t random_below(uint64_t bound);

// ---- calls and faults -----------------------------------------------------------------------

// One call of an exported function: counts it, finds out whether a test wants it to fail, and
// holds the global lock until it returns.
class Entry {
 public:
  explicit Entry(const char* function);
  ~Entry();
  Entry(const Entry&) = delete;
  Entry& operator=(const Entry&) = delete;
  // The status that a test wants this call to return; 0 = none.
  int injected() const { return injected_; }
  // `status`, or the injected status where a release was carried out before it "fails".
  int result(int status) const { return injected_ != 0 ? injected_ : status; }

 private:
  int injected_;
};

}  // namespace dbl

// First line of every exported function: fails here and does nothing when a test wants it.
#define DBL_ENTRY(function, type)                                     \
  dbl::Entry dbl_entry(function);                                     \
  if (dbl_entry.injected() != 0) {                                    \
    return static_cast<type>(dbl_entry.injected());                   \
  }

// The same for functions that reach the device: after an asynchronous failure every such call
// returns `sticky_status` (its library's word for it; the CUDA runtime: dbl::sticky_error()).
#define DBL_DEVICE_ENTRY(function, type, sticky_status)               \
  DBL_ENTRY(function, type)                                           \
  if (dbl::sticky_error() != 0) {                                     \
    return static_cast<type>(sticky_status);                          \
  }

// For functions that release something: the release is carried out, then the injected status is
// returned, as with CUDA, whose releases report earlier failures. End with
// `return DBL_RESULT(status, type);`
#define DBL_RELEASE_ENTRY(function) dbl::Entry dbl_entry(function)
#define DBL_RESULT(status, type) static_cast<type>(dbl_entry.result(status))

namespace dbl {

// ---- handles --------------------------------------------------------------------------------

// Census of the objects that a library handed out: kinds such as "cudnnHandle", "rnnDescriptor".
void handle_created(const char* kind, const void* handle);
// False, with a violation, when no such handle is live (destroyed twice, wrong kind).
bool handle_destroyed(const char* kind, const void* handle);
// Whether the handle is live and of this kind; a null handle is just false, another wrong one
// notes a violation.
bool handle_valid(const char* kind, const void* handle);
size_t handles_live();

// ---- reset ----------------------------------------------------------------------------------

// A fake with state of its own registers what brings it back to its start (called by dbl_reset).
void on_reset(std::function<void()> action);

// The pretended device.
int compute_capability();  // 90 for 9.0
int multiprocessors();
int device_count();

// Whether the calling thread has the device's context (cudaSetDevice, or any runtime call).
void set_context_current(bool current);
bool context_current();

}  // namespace dbl

#pragma GCC visibility pop
