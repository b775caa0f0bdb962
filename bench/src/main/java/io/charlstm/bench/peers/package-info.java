/** This engine beside other libraries, in long-lived processes that take turns. */
package io.charlstm.bench.peers;
