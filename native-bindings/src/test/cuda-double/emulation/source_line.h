// Lines of kernel sources for reports.
#pragma once

#include <string>

namespace emulation {

// " (FILE:LINE)" of an address in a kernel's code, or "" when it cannot be found out.
std::string source_line(const void* code);

}  // namespace emulation
