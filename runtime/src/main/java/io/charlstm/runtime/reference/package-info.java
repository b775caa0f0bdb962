/**
 * The arithmetic of the language model in plain double-precision Java: slow, readable, and what
 * every other backend is compared with.
 */
package io.charlstm.runtime.reference;
