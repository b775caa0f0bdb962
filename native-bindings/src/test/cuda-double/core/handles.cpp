// Census of the objects that the fakes hand out.
#include <map>

#include "state.h"

namespace dbl {
namespace {

std::map<const void*, std::string>& handles() {
  static auto* instance = new std::map<const void*, std::string>;
  return *instance;
}

std::vector<std::function<void()>>& reset_actions() {
  static auto* instance = new std::vector<std::function<void()>>;
  return *instance;
}

}  // namespace

void handle_created(const char* kind, const void* handle) {
  Guard guard(lock());
  handles()[handle] = kind;
}

bool handle_valid(const char* kind, const void* handle) {
  Guard guard(lock());
  if (handle == nullptr) {
    return false;
  }
  auto it = handles().find(handle);
  if (it != handles().end() && it->second == kind) {
    return true;
  }
  violation(format("%p is used as a %s, but is %s", handle, kind,
                   it == handles().end() ? "no live handle" : it->second.c_str()));
  return false;
}

bool handle_destroyed(const char* kind, const void* handle) {
  Guard guard(lock());
  if (!handle_valid(kind, handle)) {
    return false;
  }
  handles().erase(handle);
  return true;
}

size_t handles_live() { return handles().size(); }

void reset_handles() { handles().clear(); }

void report_handles(std::string& out) {
  for (auto& [handle, kind] : handles()) {
    out += format("%s at %p\n", kind.c_str(), handle);
  }
}

void on_reset(std::function<void()> action) {
  Guard guard(lock());
  reset_actions().push_back(std::move(action));
}

void run_reset_actions() {
  for (auto& action : reset_actions()) {
    action();
  }
}

}  // namespace dbl
