// A minimal test harness: TEST(name) { ... EXPECT(...); }
#pragma once

#include <cmath>
#include <string>

namespace mathtest {

using Body = void (*)();

struct Registration {
  Registration(const char* name, Body body);
};

void expect(bool good, const char* file, int line, const std::string& text);

// Relative to the larger magnitude; zeros need equality.
inline bool near(double a, double b, double relative) {
  return std::fabs(a - b) <= relative * std::fmax(std::fabs(a), std::fabs(b));
}

// The double must have noted a violation whose text contains this; takes it off the record.
void expect_violation(const char* file, int line, const std::string& part);

std::string text_of(double value);

}  // namespace mathtest

#define TEST(name)                                                     \
  static void test_##name();                                           \
  static const mathtest::Registration registration_##name(#name, test_##name); \
  static void test_##name()

#define EXPECT(condition) mathtest::expect((condition), __FILE__, __LINE__, #condition)

#define EXPECT_STATUS(expected, call)                                                     \
  do {                                                                                    \
    const int status_ = (call);                                                           \
    mathtest::expect(status_ == (expected), __FILE__, __LINE__,                           \
                     std::string(#call) + " gave " + std::to_string(status_));            \
  } while (false)

#define EXPECT_NEAR(actual, expected, relative)                                           \
  do {                                                                                    \
    const double actual_ = (actual);                                                      \
    const double expected_ = (expected);                                                  \
    mathtest::expect(mathtest::near(actual_, expected_, relative), __FILE__, __LINE__,    \
                     std::string(#actual) + " is " + mathtest::text_of(actual_) +         \
                         ", not " + mathtest::text_of(expected_));                        \
  } while (false)

#define EXPECT_VIOLATION(part) mathtest::expect_violation(__FILE__, __LINE__, part)
