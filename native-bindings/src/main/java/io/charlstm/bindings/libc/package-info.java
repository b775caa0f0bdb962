/** Hand-written bindings of the few C library functions that off-heap memory needs. */
package io.charlstm.bindings.libc;
