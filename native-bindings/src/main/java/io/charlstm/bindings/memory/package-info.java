/** Off-heap memory for tensors, and the census of everything native that is still open. */
package io.charlstm.bindings.memory;
