/** JMH benchmarks of the parts, run by {@code bench/jmh.sh}. */
package io.charlstm.bench.jmh;
