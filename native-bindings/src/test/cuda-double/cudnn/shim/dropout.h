// cuDNN's dropout between layers: random states in device memory that advance with every training
// pass.
#pragma once

#include <cstddef>

#include "descriptors.h"
#include "lstm_math.h"

namespace cudnn_double {

constexpr std::size_t kDropoutStateBytes = 2097664;

// Whether a network of this descriptor drops anything.
bool drops(const RnnDescriptor& descriptor);

// Factors 0 or 1/(1-p) for the outputs below the last layer; advances the states. Inside queued
// work. False, with a violation, if the states were never set.
bool draw_dropout(const DropoutDescriptor& dropout, const LstmShape& shape, Activations& kept);

}  // namespace cudnn_double
