// Control functions of the double with a C ABI, exported by libcharlstm_double.so: for tests.
#pragma once

#include <cstdint>

#include "cuda_types.h"

// Forgets everything: memory, streams, graphs, handles, faults, counts, violations.
DBL_EXPORT void dbl_reset();

// Seed of all random orders. 0 (the default): work runs as late as possible.
// Other seeds: work sometimes runs at once, so that both kinds of missing waits show.
DBL_EXPORT void dbl_set_seed(uint64_t seed);

// Violations so far; text of one of them (UTF-8, valid until the next call here).
DBL_EXPORT int64_t dbl_violation_count();
DBL_EXPORT const char* dbl_violation_text(int64_t index);
DBL_EXPORT void dbl_clear_violations();

// The ordinal-th next call (1 = the next) of the function returns the status. A null or empty
// name means any function. Several faults may wait at a time.
DBL_EXPORT void dbl_set_fault(const char* function, int64_t ordinal, int status);
// The ordinal-th next piece of queued work fails with a sticky status.
DBL_EXPORT void dbl_set_work_fault(int64_t ordinal, int status);
// Takes back all faults that have not struck.
DBL_EXPORT void dbl_clear_faults();
// How many injected faults have struck since the last reset.
DBL_EXPORT int64_t dbl_faults_struck();

// Calls of a function (null or empty: of all) since the last reset or dbl_clear_counts.
DBL_EXPORT int64_t dbl_call_count(const char* function);
// "name count" lines of all functions called (valid until the next call here).
DBL_EXPORT const char* dbl_call_counts();
DBL_EXPORT void dbl_clear_counts();
// Names of the calls in order, one a line, while recording is on.
DBL_EXPORT void dbl_record_calls(int on);
DBL_EXPORT const char* dbl_recorded_calls();

DBL_EXPORT int64_t dbl_live_bytes();
DBL_EXPORT int64_t dbl_live_blocks();
DBL_EXPORT int64_t dbl_live_pinned_bytes();
DBL_EXPORT int64_t dbl_live_handles();
DBL_EXPORT int64_t dbl_pending_work();
// Everything live, one a line (valid until the next call here): "" when nothing is.
DBL_EXPORT const char* dbl_live_report();

// The pretended device. Memory in bytes; capability 90 = 9.0; count 0 = no device.
DBL_EXPORT void dbl_set_device_memory(int64_t bytes);
DBL_EXPORT void dbl_set_compute_capability(int capability);
DBL_EXPORT void dbl_set_device_count(int count);

// For tests only: copies between host and device memory at once, past all queues.
// Returns 0, or 1 when the range is not inside a live block.
DBL_EXPORT int dbl_peek(void* host, const void* device, int64_t bytes);
DBL_EXPORT int dbl_poke(void* device, const void* host, int64_t bytes);
