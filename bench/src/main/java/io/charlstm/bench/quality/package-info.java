/** How far training comes in equal time, beside libtorch. */
package io.charlstm.bench.quality;
