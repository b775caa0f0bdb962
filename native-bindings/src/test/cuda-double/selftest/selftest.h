// A small test frame: each case runs in a process of its own, started by a JUnit test.
#pragma once

#include <functional>
#include <string>

#include "control.h"
#include "core.h"
#include "cudart_api.h"

namespace selftest {

// Registers a case while the program starts.
struct Case {
  Case(const char* name, std::function<void()> body);
};

// Ends the case as failed when the condition does not hold.
void check(bool condition, const char* text, const char* file, int line);
void check_equal(long long actual, long long expected, const char* text, const char* file,
                 int line);

// Whether one of the violations holds the text.
bool violated(const std::string& text);

// A device block of floats, a page-locked block of floats, streams: short names for the cases.
float* device_floats(int count);
float* pinned_floats(int count);
cudaStream_t new_stream(bool blocking = false);
cudaEvent_t new_event();
float device_value(const float* address);

}  // namespace selftest

#define CASE(name)                                     \
  static void name();                                  \
  static const selftest::Case case_##name(#name, name); \
  static void name()
#define CHECK(condition) selftest::check((condition), #condition, __FILE__, __LINE__)
#define CHECK_EQUAL(actual, expected)                                                    \
  selftest::check_equal(static_cast<long long>(actual), static_cast<long long>(expected), \
                        #actual, __FILE__, __LINE__)
