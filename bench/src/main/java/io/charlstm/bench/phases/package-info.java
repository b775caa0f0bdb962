/** Where the time of a training step goes, beside what its matrix products need at least. */
package io.charlstm.bench.phases;
