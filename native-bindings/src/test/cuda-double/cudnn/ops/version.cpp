// Exists so that this part's file is there and its version can be asked for.
#include "core.h"

extern "C" __attribute__((visibility("default"))) int cudnnOpsVersionCheck() {
  DBL_ENTRY("cudnnOpsVersionCheck", int)
  return 0;
}
