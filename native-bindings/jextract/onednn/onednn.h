// What jextract reads: oneDNN's C API with the C types `size_t` and `int64_t` spelled `long long`.
// On Linux both are `long`, whose size differs on Windows; spelled so, the generated classes serve
// every 64-bit platform.
#include <stddef.h>
#include <stdint.h>
#define size_t unsigned long long
#define int64_t long long
#define uint64_t unsigned long long
#include "oneapi/dnnl/dnnl.h"
