// What the double pretends to be: cuDNN 9.13.0, or what a test or the environment says.
#include <cstdlib>

#include "core.h"

#define CUDNN_GRAPH_API extern "C" __attribute__((visibility("default")))

namespace {

constexpr int kDefaultVersion = 91300;
int chosen = 0;

[[maybe_unused]] const bool registered = [] {
  dbl::on_reset([] { chosen = 0; });
  return true;
}();

int version() {
  if (chosen != 0) {
    return chosen;
  }
  const char* text = std::getenv("CHARLSTM_DOUBLE_CUDNN_VERSION");
  return text != nullptr && std::atoi(text) > 0 ? std::atoi(text) : kDefaultVersion;
}

}  // namespace

// For tests: 90501 behaves as a version without bf16; 0 takes the choice back.
CUDNN_GRAPH_API void dbl_set_cudnn_version(int number) { chosen = number; }

CUDNN_GRAPH_API std::size_t cudnnGetVersion() { return static_cast<std::size_t>(version()); }

CUDNN_GRAPH_API std::size_t cudnnGetCudartVersion() { return 12060; }

CUDNN_GRAPH_API int cudnnGraphVersionCheck() {
  DBL_ENTRY("cudnnGraphVersionCheck", int)
  return 0;
}
