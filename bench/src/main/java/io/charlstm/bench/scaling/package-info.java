/** Speed of training by threads and by how the work is split over them, measured and estimated. */
package io.charlstm.bench.scaling;
