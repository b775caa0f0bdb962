// Lines of kernel sources for reports.
#pragma once

#include <string>

#include "emulation_abi.h"

namespace emulation {

// " (FILE:LINE)" of an address in the launched kernel's code, or "" when it cannot be found out.
std::string source_line(const dbl_launch& launch, const void* code);

}  // namespace emulation
