/** Brings libraries that are too large to come along into the user's cache folder. */
package io.charlstm.bindings.install;
