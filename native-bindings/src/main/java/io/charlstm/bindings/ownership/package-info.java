/** Closing what consists of parts. */
package io.charlstm.bindings.ownership;
