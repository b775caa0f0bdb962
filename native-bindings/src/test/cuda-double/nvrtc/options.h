// Options of nvrtcCompileProgram.
#pragma once

#include <string>
#include <vector>

namespace nvrtc {

// Architectures of CUDA 12.6's NVRTC.
extern const std::vector<int> kArchitectures;

struct Options {
  int architecture = 52;             // of a call without one
  bool real_architecture = false;    // sm_ rather than compute_: makes a cubin
  std::string standard = "c++17";
  std::vector<std::string> defines;  // -DNAME=VALUE and -UNAME, as for g++
};

// Fills the options. False: `error` holds NVRTC's text.
bool parse_options(int count, const char* const* options, Options& parsed, std::string& error);

}  // namespace nvrtc
