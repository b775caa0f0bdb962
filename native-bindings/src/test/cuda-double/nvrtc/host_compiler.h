// Compiles a CUDA source for the host with the system's g++.
#pragma once

#include <string>

#include "options.h"

namespace nvrtc {

struct Compiled {
  bool ok = false;
  std::string object;  // bytes of the shared object
  std::string log;
};

// `name` stands in messages. Objects are kept in a folder beside this library, under a hash of all
// that goes into them.
Compiled compile(const std::string& source, const std::string& name, const Options& options);

}  // namespace nvrtc
