// selftest --list names the cases; selftest NAME runs one: 0 passed, 1 failed with a reason.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>

#include "selftest.h"

namespace selftest {
namespace {

std::map<std::string, std::function<void()>>& cases() {
  static auto* instance = new std::map<std::string, std::function<void()>>;
  return *instance;
}

}  // namespace

Case::Case(const char* name, std::function<void()> body) { cases()[name] = std::move(body); }

void check(bool condition, const char* text, const char* file, int line) {
  if (!condition) {
    printf("%s:%d: not so: %s\n", file, line, text);
    for (int64_t i = 0; i < dbl_violation_count(); i++) {
      printf("violation: %s\n", dbl_violation_text(i));
    }
    exit(1);
  }
}

void check_equal(long long actual, long long expected, const char* text, const char* file,
                 int line) {
  if (actual != expected) {
    printf("%s is %lld, expected %lld\n", text, actual, expected);
    check(false, text, file, line);
  }
}

bool violated(const std::string& text) {
  for (int64_t i = 0; i < dbl_violation_count(); i++) {
    if (strstr(dbl_violation_text(i), text.c_str()) != nullptr) {
      return true;
    }
  }
  return false;
}

float* device_floats(int count) {
  void* address = nullptr;
  CHECK_EQUAL(cudaMalloc(&address, static_cast<size_t>(count) * sizeof(float)), cudaSuccess);
  return static_cast<float*>(address);
}

float* pinned_floats(int count) {
  void* address = nullptr;
  CHECK_EQUAL(cudaHostAlloc(&address, static_cast<size_t>(count) * sizeof(float), 0), cudaSuccess);
  return static_cast<float*>(address);
}

cudaStream_t new_stream(bool blocking) {
  cudaStream_t stream = nullptr;
  CHECK_EQUAL(cudaStreamCreateWithFlags(&stream, blocking ? 0 : 1), cudaSuccess);
  return stream;
}

cudaEvent_t new_event() {
  cudaEvent_t event = nullptr;
  CHECK_EQUAL(cudaEventCreate(&event), cudaSuccess);
  return event;
}

float device_value(const float* address) {
  float value = 0;
  CHECK_EQUAL(dbl_peek(&value, address, sizeof value), 0);
  return value;
}

}  // namespace selftest

int main(int count, char** arguments) {
  if (count != 2) {
    printf("usage: selftest --list | NAME\n");
    return 2;
  }
  if (strcmp(arguments[1], "--list") == 0) {
    for (auto& [name, body] : selftest::cases()) {
      printf("%s\n", name.c_str());
    }
    return 0;
  }
  auto it = selftest::cases().find(arguments[1]);
  if (it == selftest::cases().end()) {
    printf("no such case\n");
    return 2;
  }
  it->second();
  return 0;
}
