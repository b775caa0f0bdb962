/**
 * The CUDA stack: finding and opening its libraries, and one owner per kind of native object.
 * Opening has two levels: {@link io.charlstm.bindings.cuda.CudaLibraries} (the libraries, which
 * work in part without a GPU) and {@link io.charlstm.bindings.cuda.CudaStack} (all of them, with a
 * driver and a GPU).
 */
package io.charlstm.bindings.cuda;
