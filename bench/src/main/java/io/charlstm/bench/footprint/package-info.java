/** What a run costs besides time: garbage, memory, and the wait before it starts. */
package io.charlstm.bench.footprint;
