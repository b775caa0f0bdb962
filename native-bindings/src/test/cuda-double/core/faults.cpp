// Counting of calls, injected faults, the sticky error, violations, and the random order.
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <map>

#include "control.h"
#include "state.h"

namespace dbl {
namespace {

struct Fault {
  std::string function;  // empty: any
  int64_t calls_left;
  int status;
};

struct Faults {
  std::vector<Fault> calls;
  std::vector<Fault> work;
  int64_t struck = 0;
  int sticky = 0;
  std::map<std::string, int64_t> counts;
  int64_t all_calls = 0;
  bool recording = false;
  std::string recorded;
  std::vector<std::string> violations;
  std::string text;  // last answer
};

Faults& faults() {
  static Faults* instance = new Faults;
  return *instance;
}

constexpr size_t kMostViolations = 1000;

struct Randomness {
  uint64_t seed = 0;
  std::mt19937_64 generator{0};
};

Randomness& randomness() {
  static Randomness* instance = new Randomness;
  return *instance;
}

// The status of the first fault that is due at this call or piece of work.
int strike(std::vector<Fault>& waiting, const char* function) {
  int status = 0;
  for (size_t i = 0; i < waiting.size();) {
    Fault& fault = waiting[i];
    bool matches = fault.function.empty() || fault.function == function;
    if (matches && --fault.calls_left <= 0) {
      status = status == 0 ? fault.status : status;
      waiting.erase(waiting.begin() + static_cast<long>(i));
      faults().struck++;
    } else {
      i++;
    }
  }
  return status;
}

}  // namespace

std::recursive_mutex& lock() {
  static auto* instance = new std::recursive_mutex;
  return *instance;
}

std::string format(const char* pattern, ...) {
  char buffer[1024];
  va_list arguments;
  va_start(arguments, pattern);
  vsnprintf(buffer, sizeof buffer, pattern, arguments);
  va_end(arguments);
  return buffer;
}

void violation(const std::string& text) {
  Guard guard(lock());
  if (faults().violations.size() < kMostViolations) {
    faults().violations.push_back(text);
  }
}

std::mt19937_64& generator() { return randomness().generator; }
uint64_t seed() { return randomness().seed; }

void set_seed(uint64_t value) {
  randomness().seed = value;
  randomness().generator.seed(value);
}

uint64_t random_below(uint64_t bound) {
  Guard guard(lock());
  return bound < 2 ? 0 : generator()() % bound;
}

Entry::Entry(const char* function) {
  lock().lock();
  Faults& f = faults();
  f.counts[function]++;
  f.all_calls++;
  if (f.recording) {
    f.recorded.append(function).append("\n");
  }
  injected_ = f.calls.empty() ? 0 : strike(f.calls, function);
}

Entry::~Entry() { lock().unlock(); }

bool work_fault_due(int* status) {
  *status = faults().work.empty() ? 0 : strike(faults().work, "");
  return *status != 0;
}

void set_sticky(int status) { faults().sticky = status; }
cudaError_t sticky_error() { return faults().sticky; }

void device_fault(cudaError_t status, const std::string& text) {
  Guard guard(lock());
  if (faults().sticky == 0) {
    faults().sticky = status;
    if (text.rfind("injected", 0) != 0) {
      violation("device failure " + std::to_string(status) + ": " + text);
    }
  }
}

void reset_faults() {
  bool recording = faults().recording;
  faults() = Faults();
  faults().recording = recording;
}

}  // namespace dbl

using dbl::faults;

int64_t dbl_violation_count() {
  dbl::Guard guard(dbl::lock());
  return static_cast<int64_t>(faults().violations.size());
}

const char* dbl_violation_text(int64_t index) {
  dbl::Guard guard(dbl::lock());
  faults().text = faults().violations.at(static_cast<size_t>(index));
  return faults().text.c_str();
}

void dbl_clear_violations() {
  dbl::Guard guard(dbl::lock());
  faults().violations.clear();
}

void dbl_set_fault(const char* function, int64_t ordinal, int status) {
  dbl::Guard guard(dbl::lock());
  faults().calls.push_back({function == nullptr ? "" : function, ordinal, status});
}

void dbl_set_work_fault(int64_t ordinal, int status) {
  dbl::Guard guard(dbl::lock());
  faults().work.push_back({"", ordinal, status});
}

void dbl_clear_faults() {
  dbl::Guard guard(dbl::lock());
  faults().calls.clear();
  faults().work.clear();
}

int64_t dbl_faults_struck() { return faults().struck; }

int64_t dbl_call_count(const char* function) {
  dbl::Guard guard(dbl::lock());
  if (function == nullptr || *function == 0) {
    return faults().all_calls;
  }
  auto it = faults().counts.find(function);
  return it == faults().counts.end() ? 0 : it->second;
}

const char* dbl_call_counts() {
  dbl::Guard guard(dbl::lock());
  faults().text.clear();
  for (auto& [name, count] : faults().counts) {
    faults().text += name + " " + std::to_string(count) + "\n";
  }
  return faults().text.c_str();
}

void dbl_clear_counts() {
  dbl::Guard guard(dbl::lock());
  faults().counts.clear();
  faults().all_calls = 0;
}

void dbl_record_calls(int on) {
  dbl::Guard guard(dbl::lock());
  faults().recording = on != 0;
  if (on != 0) {
    faults().recorded.clear();
  }
}

const char* dbl_recorded_calls() {
  dbl::Guard guard(dbl::lock());
  faults().text = faults().recorded;
  return faults().text.c_str();
}
