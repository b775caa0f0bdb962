// Tests of the doubles of cuDNN and cuBLASLt: mathtest [--list | NAME]
#include <cstdio>
#include <cstring>
#include <vector>

#include "check.h"
#include "control.h"

namespace mathtest {
namespace {

struct Test {
  const char* name;
  Body body;
};

std::vector<Test>& tests() {
  static std::vector<Test> all;
  return all;
}

int failures = 0;

void run(const Test& test) {
  const int before = failures;
  dbl_reset();
  test.body();
  for (int64_t i = 0; i < dbl_violation_count(); i++) {
    expect(false, test.name, 0, std::string("unexpected violation: ") + dbl_violation_text(i));
  }
  expect(dbl_live_handles() == 0 && dbl_live_bytes() == 0, test.name, 0,
         std::string("left over: ") + dbl_live_report());
  std::printf("%s %s\n", failures == before ? "ok  " : "FAIL", test.name);
}

}  // namespace

Registration::Registration(const char* name, Body body) { tests().push_back({name, body}); }

void expect(bool good, const char* file, int line, const std::string& text) {
  if (!good) {
    failures++;
    std::printf("%s:%d: %s\n", file, line, text.c_str());
  }
}

void expect_violation(const char* file, int line, const std::string& part) {
  std::string found = "no violation";
  for (int64_t i = 0; i < dbl_violation_count(); i++) {
    found = dbl_violation_text(i);
    if (found.find(part) != std::string::npos) {
      dbl_clear_violations();
      return;
    }
  }
  expect(false, file, line, "wanted: " + part + ", found: " + found);
  dbl_clear_violations();
}

std::string text_of(double value) {
  char buffer[40];
  std::snprintf(buffer, sizeof buffer, "%.9g", value);
  return buffer;
}

}  // namespace mathtest

int main(int count, char** arguments) {
  const char* wanted = count < 2 ? nullptr : arguments[1];
  const bool list = wanted != nullptr && std::strcmp(wanted, "--list") == 0;
  int run_count = 0;
  for (const auto& test : mathtest::tests()) {
    if (list) {
      std::printf("%s\n", test.name);
    } else if (wanted == nullptr || std::strcmp(test.name, wanted) == 0) {
      mathtest::run(test);
      run_count++;
    }
  }
  if (list) {
    return 0;
  }
  std::printf("%d tests, %d failures\n", run_count, mathtest::failures);
  return mathtest::failures == 0 && run_count > 0 ? 0 : 1;
}
