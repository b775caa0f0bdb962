/**
 * Owners of oneDNN's objects: each create/destroy pair is one closeable class, every status is
 * checked, and nothing but {@code close()} frees.
 */
package io.charlstm.bindings.onednn;
