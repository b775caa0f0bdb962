/** Finds native libraries, unpacks them from jars once, and says why when one is not usable. */
package io.charlstm.bindings.library;
