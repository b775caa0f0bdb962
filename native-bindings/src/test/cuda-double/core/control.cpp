// Control functions that reach over the parts of the core; the rest stands beside its state.
#include "control.h"

#include <cstring>

#include "queue.h"
#include "stream_state.h"

namespace dbl {
namespace {

struct Device {
  int capability = 90;
  int count = 1;
};

Device& device() {
  static Device* instance = new Device;
  return *instance;
}

std::string& answer() {
  static auto* instance = new std::string;
  return *instance;
}

thread_local bool has_context = false;

}  // namespace

void set_context_current(bool current) { has_context = current; }
bool context_current() { return has_context; }

int compute_capability() { return device().capability; }
int multiprocessors() { return 132; }
int device_count() { return device().count; }

void reset_device() { device() = Device(); }

}  // namespace dbl

void dbl_reset() {
  dbl::Guard guard(dbl::lock());
  dbl::reset_queue();
  dbl::reset_graphs();
  dbl::reset_streams();
  dbl::reset_order();
  dbl::run_reset_actions();
  dbl::reset_handles();
  dbl::reset_pinned();
  dbl::reset_memory();
  dbl::reset_device();
  dbl::reset_faults();
  dbl::set_seed(0);
}

void dbl_set_seed(uint64_t seed) {
  dbl::Guard guard(dbl::lock());
  dbl::set_seed(seed);
}

int64_t dbl_live_bytes() { return static_cast<int64_t>(dbl::device_live_bytes()); }
int64_t dbl_live_blocks() { return static_cast<int64_t>(dbl::device_live_blocks()); }

int64_t dbl_live_pinned_bytes() {
  dbl::Guard guard(dbl::lock());
  return static_cast<int64_t>(dbl::pinned_live_bytes());
}

int64_t dbl_live_handles() {
  dbl::Guard guard(dbl::lock());
  dbl::StreamTable& t = dbl::table();
  return static_cast<int64_t>(dbl::handles_live() + t.streams.size() + t.events.size() +
                              t.graphs.size() + t.execs.size());
}

int64_t dbl_pending_work() {
  dbl::Guard guard(dbl::lock());
  return static_cast<int64_t>(dbl::pending_ops());
}

const char* dbl_live_report() {
  dbl::Guard guard(dbl::lock());
  std::string& out = dbl::answer();
  out.clear();
  dbl::report_memory(out);
  dbl::report_pinned(out);
  dbl::report_streams(out);
  dbl::report_graphs(out);
  dbl::report_handles(out);
  return out.c_str();
}

void dbl_set_device_memory(int64_t bytes) {
  dbl::Guard guard(dbl::lock());
  dbl::set_memory_limit(static_cast<size_t>(bytes));
}

void dbl_set_compute_capability(int capability) { dbl::device().capability = capability; }
void dbl_set_device_count(int count) { dbl::device().count = count; }

int dbl_peek(void* host, const void* device, int64_t bytes) {
  dbl::DeviceAccess access;
  if (!dbl::is_device_range(device, static_cast<size_t>(bytes))) {
    return 1;
  }
  memcpy(host, device, static_cast<size_t>(bytes));
  return 0;
}

int dbl_poke(void* device, const void* host, int64_t bytes) {
  dbl::DeviceAccess access;
  if (!dbl::is_device_range(device, static_cast<size_t>(bytes))) {
    return 1;
  }
  memcpy(device, host, static_cast<size_t>(bytes));
  return 0;
}
