// What jextract reads: NVRTC's C API with the C types `size_t` and the 64-bit integers spelled
// `long long`. On Linux they are `long`, whose size differs on Windows; spelled so, the generated
// classes serve every 64-bit platform. The system's own headers come first, unchanged.
#include <limits.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#define size_t unsigned long long
#define int64_t long long
#define uint64_t unsigned long long
#include <nvrtc.h>
