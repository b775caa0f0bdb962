// Inside the core only: the pieces of its state and the one lock over all of it.
#pragma once

#include <memory>
#include <mutex>
#include <random>
#include <string>
#include <vector>

#include "core.h"

namespace dbl {

// The global lock. Recursive, since queued work may call back into the core.
std::recursive_mutex& lock();
using Guard = std::lock_guard<std::recursive_mutex>;

// Generator of all random orders, and the seed it started from.
std::mt19937_64& generator();
uint64_t seed();
void set_seed(uint64_t value);

// Parts of dbl_reset and of the reports, each in the file that owns the state.
void reset_memory();
void reset_pinned();
void reset_queue();
void reset_streams();
void reset_graphs();
void reset_faults();
void reset_handles();
void reset_device();
void run_reset_actions();
void report_memory(std::string& out);
void report_pinned(std::string& out);
void report_streams(std::string& out);
void report_graphs(std::string& out);
void report_handles(std::string& out);
size_t pinned_live_bytes();
// The live page-locked block around the address; base is null when there is none.
Block find_pinned(const void* address);

// Memory: unprotects / protects the used part of the device's address range. They nest.
void open_device_memory();
void close_device_memory();
// Finds overwritten guard zones and blames `who`; each block is reported once.
void check_guard_zones(const std::string& who);
void set_memory_limit(size_t bytes);

// Called before each piece of queued work: strikes the fault that a test has set for it.
bool work_fault_due(int* status);
void set_sticky(int status);

}  // namespace dbl
