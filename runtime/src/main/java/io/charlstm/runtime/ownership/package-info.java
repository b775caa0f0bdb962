/** Closing of what backends own. */
package io.charlstm.runtime.ownership;
