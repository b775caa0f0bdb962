// What cuDNN, or only the double, refuses when a network is sized or run.
#pragma once

#include "descriptors.h"

namespace cudnn_double {

// Whether the network alone can be computed.
int check_network(const RnnDescriptor& descriptor);

// Whether it can be computed on sequences like x: types, sizes, layout, and the algorithm's limits.
int check_sequences(const RnnDescriptor& descriptor, int mode, const RnnDataDescriptor& x);

}  // namespace cudnn_double
