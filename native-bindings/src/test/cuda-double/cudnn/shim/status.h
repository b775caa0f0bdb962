// Status codes with the text that cudnnGetLastErrorString hands out.
#pragma once

#include "api.h"

namespace cudnn_double {

// Notes why the call of this thread fails and returns the status. As in the library, an unsupported
// case (3000) has no text unless it is a limit of the double itself.
int fail(Status status, const char* condition = "");

// A case that cuDNN supports and the double does not.
int beyond_double(const char* what);

}  // namespace cudnn_double

// Returns 2000 with the condition's own text when it holds.
#define CUDNN_REJECT(condition)                              \
  if (condition) {                                           \
    return cudnn_double::fail(cudnn_double::kBadParam, #condition); \
  }
