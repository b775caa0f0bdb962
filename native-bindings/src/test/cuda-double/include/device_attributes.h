// Attributes of the pretended device; runtime and driver number them alike.
#pragma once

#include "core.h"

namespace dbl {

// False for an attribute that the double does not know.
inline bool device_attribute(int attribute, int* value) {
  switch (attribute) {
    case 1:  // threads per block
    case 2:  // block size x
    case 3:  // block size y
      *value = 1024;
      return true;
    case 4:  // block size z
      *value = 64;
      return true;
    case 5:  // grid size x
      *value = 2147483647;
      return true;
    case 6:  // grid size y
    case 7:  // grid size z
      *value = 65535;
      return true;
    case 8:  // shared memory per block
      *value = 48 * 1024;
      return true;
    case 10:  // warp size
      *value = 32;
      return true;
    case 12:  // registers per block
      *value = 65536;
      return true;
    case 13:  // clock rate, kHz
      *value = 1980000;
      return true;
    case 16:
      *value = multiprocessors();
      return true;
    case 38:  // L2 cache, bytes
      *value = 50 * 1024 * 1024;
      return true;
    case 39:  // threads per multiprocessor
      *value = 2048;
      return true;
    case 41:  // unified addressing
      *value = 1;
      return true;
    case 75:
      *value = compute_capability() / 10;
      return true;
    case 76:
      *value = compute_capability() % 10;
      return true;
    case 81:  // shared memory per multiprocessor
      *value = 228 * 1024;
      return true;
    case 97:  // shared memory per block, opt-in
      *value = 227 * 1024;
      return true;
    default:
      return false;
  }
}

}  // namespace dbl
