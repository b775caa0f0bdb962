// A library opened by path, whose functions are called by the types that the double declares.
#pragma once

#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>
#include <string>

namespace statuses {

class Library {
 public:
  explicit Library(const std::string& path) : handle_(dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) {
    if (handle_ == nullptr) {
      std::fprintf(stderr, "%s\n", dlerror());
      std::exit(2);
    }
  }

  template <typename Function>
  Function* find(const char* name) const {
    void* function = dlsym(handle_, name);
    if (function == nullptr) {
      std::fprintf(stderr, "no %s\n", name);
      std::exit(2);
    }
    return reinterpret_cast<Function*>(function);
  }

 private:
  void* handle_;
};

void print_cudnn(const std::string& folder);
void print_cublaslt(const std::string& folder);

}  // namespace statuses

// The function of that name and type, from the library.
#define FROM(library, name) (library).find<decltype(name)>(#name)
