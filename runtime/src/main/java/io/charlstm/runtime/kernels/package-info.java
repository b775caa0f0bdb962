/**
 * The elementwise and reducing loops of the CPU backend, over absolute addresses of float32 values
 * in native memory.
 *
 * <p>Two sets do the same arithmetic: one with the Vector API, one with plain loops for runtimes
 * without the incubator module. Elementwise results agree to the last bit; sums differ by rounding,
 * and each set adds in a fixed order.
 */
package io.charlstm.runtime.kernels;
