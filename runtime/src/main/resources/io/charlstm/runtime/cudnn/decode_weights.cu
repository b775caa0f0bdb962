// Preparing a decoder: packed weights from the parameters, and streams that start anew.

// Copies a row-major matrix (rows, columns) into a packed one whose padding is zero already. Row r
// is row r % 4 of unit r / 4, or row `gate` of unit r where gate is not negative. The strides, in
// elements, are from one chunk of a row to the next and from one row of a unit to the next.
extern "C" __global__ void charlstm_decode_pack(
    const float* matrix, float* packed, int rows, int columns, int chunks, int firstChunk,
    int gate, int chunkStride, int rowStride) {
  long long count = (long long)rows * columns;
  long long step = (long long)gridDim.x * blockDim.x;
  for (long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x; i < count; i += step) {
    int row = (int)(i / columns);
    int column = (int)(i % columns);
    long long unit = gate < 0 ? row / 4 : row;
    int rowOfUnit = gate < 0 ? row % 4 : gate;
    long long at = unit * chunks * 128 + (firstChunk + column / 32) * (long long)chunkStride;
    packed[at + (long long)rowOfUnit * rowStride + column % 32] = matrix[i];
  }
}

// Copies rows (rows, columns) to rows of `stride` elements whose padding is zero already.
extern "C" __global__ void charlstm_decode_pad(
    const float* matrix, float* padded, int rows, int columns, int stride) {
  long long count = (long long)rows * columns;
  long long step = (long long)gridDim.x * blockDim.x;
  for (long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x; i < count; i += step) {
    padded[i / columns * stride + i % columns] = matrix[i];
  }
}

// What the biases of one gate, and with `rows` tokens also the input's product, add to a unit:
// base[row][unit][gate]. The input is a row of the embedding (rows, columns), or one-hot when that
// is 0; weights is the gate's (hidden, columns), 0 when the biases are all.
extern "C" __global__ void charlstm_decode_base(
    const float* embedding, const float* weights, const float* inputBias,
    const float* hiddenBias, float* base, int rows, int columns, int hidden, int gate) {
  long long count = (long long)rows * hidden;
  long long step = (long long)gridDim.x * blockDim.x;
  for (long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x; i < count; i += step) {
    int unit = (int)(i % hidden);
    long long row = i / hidden;
    float sum = 0.0f;
    if (weights && !embedding) {
      sum = weights[(long long)unit * columns + row];
    } else if (weights) {
      for (int k = 0; k < columns; k++) {
        sum = fmaf(weights[(long long)unit * columns + k], embedding[row * columns + k], sum);
      }
    }
    base[i * 4 + gate] = sum + (inputBias[unit] + hiddenBias[unit]);
  }
}

// Starts streams anew: h and c (L, S, stride) zero, seed taken over, no draws yet. One block for
// each stream; flags tell the streams to reset.
extern "C" __global__ void charlstm_decode_reset(
    const int* flags, const long long* newSeeds, long long* seeds, long long* draws,
    float* hidden, float* cell, int layers, int stride) {
  int stream = blockIdx.x;
  int streams = gridDim.x;
  if (!flags[stream]) {
    return;
  }
  if (threadIdx.x == 0) {
    seeds[stream] = newSeeds[stream];
    draws[stream] = 0;
  }
  for (int layer = 0; layer < layers; layer++) {
    long long row = ((long long)layer * streams + stream) * stride;
    for (int i = threadIdx.x; i < stride; i += blockDim.x) {
      hidden[row + i] = 0.0f;
      cell[row + i] = 0.0f;
    }
  }
}
