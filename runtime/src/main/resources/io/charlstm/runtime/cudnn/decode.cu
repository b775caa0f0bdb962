// One step of decoding: products of a few vectors with a packed matrix, fused with what follows.
//
// A packed matrix is a list of units, each of four rows: the gates i, f, g, o of a hidden unit, or
// four neighbouring tokens of the output. The K columns are cut into chunks of 32 and every chunk
// into eight slices of four, so a slice is one 16-byte load and a unit's chunk four cache lines:
//   quad ((unit * chunks + chunk) * 4 + row) * 8 + slice.
// For a matrix library the same rows lie one after the other instead.
// Vectors are rows of the same K columns, padded with zeros.
//
// Every element of a product is summed in one order, whatever kernel computes it: slice p adds its
// columns in ascending order, and the eight sums are added as a tree over the bits of p, the lowest
// bit first. So a stream's numbers do not depend on how many streams there are.

#define DECODE_CHUNK_QUADS 8
// Quads of a vector that a block stages in shared memory at a time.
#define DECODE_STAGED_QUADS 32
// Chunks that a warp of its own loads before it multiplies.
#define DECODE_BATCH 8

// Rows of one of the two operands that a unit's columns are multiplied with.
struct DecodeRows {
  const Floats4* values;
  const int* index;  // row of each stream, negative for a zero row; 0 when stream s has row s
  int chunks;
};

__device__ __forceinline__ float decodeDot(Floats4 a, Floats4 b, float sum) {
  return fmaf(a.w, b.w, fmaf(a.z, b.z, fmaf(a.y, b.y, fmaf(a.x, b.x, sum))));
}

__device__ __forceinline__ const Floats4* decodeRow(DecodeRows rows, int stream) {
  int row = rows.index ? rows.index[stream] : stream;
  return row < 0 ? 0 : rows.values + (long long)row * rows.chunks * DECODE_CHUNK_QUADS;
}

// What follows a layer's product: the LSTM cell (PyTorch's equations, gates i, f, g, o).
struct DecodeCell {
  const Floats4* base;  // biases of a unit, or rows of them by token: what the input adds
  const int* tokens;       // negative leaves a stream as it is
  const float* oldHidden;  // (S, padded H)
  float* newHidden;
  float* cell;
  int hidden;
  int stride;
  int baseByToken;

  __device__ __forceinline__ void operator()(int unit, int stream, Floats4 sum) const {
    int token = tokens[stream];
    long long at = (long long)stream * stride + unit;
    if (token < 0) {
      newHidden[at] = oldHidden[at];
      return;
    }
    Floats4 add = base[(baseByToken ? (long long)token * hidden : 0) + unit];
    float input = sigmoid(sum.x + add.x);
    float forget = sigmoid(sum.y + add.y);
    float candidate = tanhf(sum.z + add.z);
    float output = sigmoid(sum.w + add.w);
    float state = fmaf(forget, cell[at], input * candidate);
    cell[at] = state;
    newHidden[at] = output * tanhf(state);
  }

  static __device__ __forceinline__ float sigmoid(float x) { return 1.0f / (1.0f + expf(-x)); }
};

// What follows the output's product: the bias. The logits are current until the next step.
struct DecodeLogits {
  const float* bias;
  const int* tokens;
  float* logits;  // (S,V)
  int vocabulary;

  __device__ __forceinline__ void operator()(int unit, int stream, Floats4 sum) const {
    if (tokens[stream] >= 0) {
      store(4 * unit, stream, sum.x);
      store(4 * unit + 1, stream, sum.y);
      store(4 * unit + 2, stream, sum.z);
      store(4 * unit + 3, stream, sum.w);
    }
  }

  __device__ __forceinline__ void store(int token, int stream, float sum) const {
    if (token < vocabulary) {
      logits[(long long)stream * vocabulary + token] = sum + bias[token];
    }
  }
};

// Loads are issued in batches, as a lone warp would otherwise wait for each.
__device__ __forceinline__ float decodeRowSum(
    const Floats4* weights, DecodeRows rows, int stream, int lane, float sum) {
  const Floats4* row = decodeRow(rows, stream);
  int chunk = 0;
  for (; row && chunk + DECODE_BATCH <= rows.chunks; chunk += DECODE_BATCH) {
    Floats4 weight[DECODE_BATCH];
    Floats4 value[DECODE_BATCH];
#pragma unroll
    for (int i = 0; i < DECODE_BATCH; i++) {
      weight[i] = weights[(chunk + i) * 32 + lane];
      value[i] = row[(chunk + i) * 8 + lane % 8];
    }
#pragma unroll
    for (int i = 0; i < DECODE_BATCH; i++) {
      sum = decodeDot(weight[i], value[i], sum);
    }
  }
  for (; row && chunk < rows.chunks; chunk++) {
    sum = decodeDot(weights[chunk * 32 + lane], row[chunk * 8 + lane % 8], sum);
  }
  return sum;
}

// A warp for every unit and stream; reads the weights once for each stream, but spreads a single
// stream over as many warps as there are units.
template <class Finish>
__device__ __forceinline__ void decodeSingle(
    const Floats4* weights, int units, DecodeRows x, DecodeRows h, Finish finish) {
  int warps = blockDim.x / 32;
  int lane = threadIdx.x % 32;
  int unitBlocks = (units + warps - 1) / warps;
  int unit = blockIdx.x % unitBlocks * warps + threadIdx.x / 32;
  int stream = blockIdx.x / unitBlocks;
  if (unit >= units) {
    return;  // the whole warp
  }
  const Floats4* own = weights + (long long)unit * (x.chunks + h.chunks) * 32;
  float sum = decodeRowSum(own, x, stream, lane, 0.0f);
  sum = decodeRowSum(own + (long long)x.chunks * 32, h, stream, lane, sum);
  for (int bit = 1; bit < 8; bit *= 2) {
    sum += __shfl_xor_sync(0xffffffffu, sum, bit);
  }
  Floats4 rows;
  rows.x = sum;
  rows.y = __shfl_sync(0xffffffffu, sum, 8);
  rows.z = __shfl_sync(0xffffffffu, sum, 16);
  rows.w = __shfl_sync(0xffffffffu, sum, 24);
  if (lane == 0) {
    finish(unit, stream, rows);
  }
}

// Copies columns of a block's streams to shared memory; zeros where there is no stream or row.
template <int STREAMS>
__device__ __forceinline__ void decodeStage(
    Floats4* staged, DecodeRows rows, int firstStream, int streams, int from, int quads) {
  for (int i = threadIdx.x; i < STREAMS * DECODE_STAGED_QUADS; i += blockDim.x) {
    int column = i % DECODE_STAGED_QUADS;
    int stream = firstStream + i / DECODE_STAGED_QUADS;
    if (column < quads) {
      const Floats4* row = stream < streams ? decodeRow(rows, stream) : 0;
      Floats4 zero = {0.0f, 0.0f, 0.0f, 0.0f};
      staged[i] = row ? row[from + column] : zero;
    }
  }
}

// Loads a thread's weights of up to COUNT chunks; the loads do not wait for each other.
template <int COUNT>
__device__ __forceinline__ void decodeLoad(
    Floats4 (&own)[COUNT][4], const Floats4* weights, int chunks) {
#pragma unroll
  for (int chunk = 0; chunk < COUNT; chunk++) {
#pragma unroll
    for (int row = 0; row < 4; row++) {
      if (chunk < chunks) {
        own[chunk][row] = weights[(chunk * 4 + row) * 8];
      }
    }
  }
}

// Adds the products of one operand: sums[j][row] of stream j of the thread's N. Weights of AHEAD
// chunks are on their way at a time, the first of them while the operand is staged.
template <int N, int STREAMS, int AHEAD>
__device__ __forceinline__ void decodeAccumulate(
    float (&sums)[N][4], const Floats4* weights, DecodeRows rows, int firstStream, int streams,
    Floats4* staged, int ownStream, int slice) {
  Floats4 own[AHEAD][4];
  for (int from = 0; from < rows.chunks * 8; from += DECODE_STAGED_QUADS) {
    int quads = min(DECODE_STAGED_QUADS, rows.chunks * 8 - from);
    const Floats4* next = weights + from * 4 + slice;
    __syncthreads();
    decodeLoad(own, next, quads / 8);
    decodeStage<STREAMS>(staged, rows, firstStream, streams, from, quads);
    __syncthreads();
    for (int first = 0; first < quads / 8; first += AHEAD) {
      if (first > 0) {
        decodeLoad(own, next + first * 32, quads / 8 - first);
      }
#pragma unroll
      for (int chunk = 0; chunk < AHEAD; chunk++) {
        if (first + chunk < quads / 8) {
#pragma unroll
          for (int j = 0; j < N; j++) {
            int quad = (ownStream + j) * DECODE_STAGED_QUADS + (first + chunk) * 8 + slice;
#pragma unroll
            for (int row = 0; row < 4; row++) {
              sums[j][row] = decodeDot(own[chunk][row], staged[quad], sums[j][row]);
            }
          }
        }
      }
    }
  }
}

// Adds the sums of the two halves of a group of slices; each half keeps half of the streams.
template <int N, int HALF>
__device__ __forceinline__ void decodeHalve(float (&sums)[N][4], int bit, bool upper) {
#pragma unroll
  for (int j = 0; j < HALF; j++) {
#pragma unroll
    for (int row = 0; row < 4; row++) {
      float kept = upper ? sums[j + HALF][row] : sums[j][row];
      float sent = upper ? sums[j][row] : sums[j + HALF][row];
      sums[j][row] = kept + __shfl_xor_sync(0xffffffffu, sent, bit);
    }
  }
}

// N streams for each thread and GROUPS times as many for each block; a warp has four units, a lane
// one slice of a unit. Weights are read once for all streams of a block.
template <int N, int GROUPS, int AHEAD, class Finish>
__device__ __forceinline__ void decodeSeveral(
    const Floats4* weights, int units, DecodeRows x, DecodeRows h, int streams,
    Floats4* staged, Finish finish) {
  int warp = threadIdx.x / 32;
  int slice = threadIdx.x % 8;
  int streamBlocks = (streams + N * GROUPS - 1) / (N * GROUPS);
  // Neighbouring blocks have the same units, so that their weights are still in the cache.
  int firstStream = blockIdx.x % streamBlocks * (N * GROUPS);
  int ownStream = warp % GROUPS * N;
  int unitsOfBlock = blockDim.x / 8 / GROUPS;
  int unit = blockIdx.x / streamBlocks * unitsOfBlock + warp / GROUPS * 4 + threadIdx.x % 32 / 8;
  // A thread beyond the last unit computes that one again, as the block's barriers need it.
  long long from = (long long)min(unit, units - 1) * (x.chunks + h.chunks) * 32;
  float sums[N][4] = {};
  decodeAccumulate<N, N * GROUPS, AHEAD>(
      sums, weights + from, x, firstStream, streams, staged, ownStream, slice);
  decodeAccumulate<N, N * GROUPS, AHEAD>(
      sums, weights + from + (long long)x.chunks * 32, h, firstStream, streams, staged, ownStream,
      slice);
  decodeHalve<N, N / 2>(sums, 1, slice & 1);
  decodeHalve<N, N / 4>(sums, 2, slice & 2);
  decodeHalve<N, N / 8>(sums, 4, slice & 4);
  int kept = (slice & 1) * (N / 2) + (slice >> 1 & 1) * (N / 4) + (slice >> 2 & 1) * (N / 8);
#pragma unroll
  for (int j = 0; j < N / 8; j++) {
    int stream = firstStream + ownStream + kept + j;
    if (unit < units && stream < streams) {
      Floats4 rows = {sums[j][0], sums[j][1], sums[j][2], sums[j][3]};
      finish(unit, stream, rows);
    }
  }
}

#define DECODE_LAYER_ARGUMENTS                                                                    \
  const Floats4 *weights, const Floats4 *base, int baseByToken, const Floats4 *input,             \
      int inputChunks, int inputByToken, const int *tokens, const float *oldHidden,               \
      float *newHidden, float *cell, int hidden, int hiddenChunks, int streams

#define DECODE_LAYER_OPERANDS                                                                     \
  DecodeRows x = {input, inputByToken ? tokens : 0, inputChunks};                                 \
  DecodeRows h = {(const Floats4*)oldHidden, 0, hiddenChunks};                                    \
  DecodeCell finish = {base, tokens, oldHidden, newHidden, cell, hidden, hiddenChunks * 32,       \
                       baseByToken}

// One layer's step: h (S, padded H) from oldHidden to newHidden, c in place. The input's rows are
// the streams', or those of an embedding by token; with inputChunks 0 the input is all in base.
extern "C" __global__ void __launch_bounds__(256, 1)
    charlstm_decode_layer_1(DECODE_LAYER_ARGUMENTS) {
  DECODE_LAYER_OPERANDS;
  (void)streams;
  decodeSingle(weights, hidden, x, h, finish);
}

extern "C" __global__ void __launch_bounds__(256)
    charlstm_decode_layer_8(DECODE_LAYER_ARGUMENTS) {
  __shared__ Floats4 staged[8 * DECODE_STAGED_QUADS];
  DECODE_LAYER_OPERANDS;
  decodeSeveral<8, 1, 4>(weights, hidden, x, h, streams, staged, finish);
}

extern "C" __global__ void __launch_bounds__(256)
    charlstm_decode_layer_64(DECODE_LAYER_ARGUMENTS) {
  __shared__ Floats4 staged[64 * DECODE_STAGED_QUADS];
  DECODE_LAYER_OPERANDS;
  decodeSeveral<16, 4, 1>(weights, hidden, x, h, streams, staged, finish);
}

#define DECODE_OUTPUT_ARGUMENTS                                                                   \
  const Floats4 *weights, const float *bias, const Floats4 *lastHidden, int hiddenChunks,         \
      const int *tokens, float *logits, int vocabulary, int streams

#define DECODE_OUTPUT_OPERANDS                                                                    \
  DecodeRows none = {0, 0, 0};                                                                    \
  DecodeRows h = {lastHidden, 0, hiddenChunks};                                                   \
  DecodeLogits finish = {bias, tokens, logits, vocabulary};                                       \
  int units = (vocabulary + 3) / 4

// Logits (S,V) of the last layer's new h; those of idle streams stay.
extern "C" __global__ void __launch_bounds__(256, 1)
    charlstm_decode_output_1(DECODE_OUTPUT_ARGUMENTS) {
  DECODE_OUTPUT_OPERANDS;
  (void)streams;
  decodeSingle(weights, units, none, h, finish);
}

extern "C" __global__ void __launch_bounds__(256)
    charlstm_decode_output_8(DECODE_OUTPUT_ARGUMENTS) {
  __shared__ Floats4 staged[8 * DECODE_STAGED_QUADS];
  DECODE_OUTPUT_OPERANDS;
  decodeSeveral<8, 1, 4>(weights, units, none, h, streams, staged, finish);
}

extern "C" __global__ void __launch_bounds__(256)
    charlstm_decode_output_64(DECODE_OUTPUT_ARGUMENTS) {
  __shared__ Floats4 staged[64 * DECODE_STAGED_QUADS];
  DECODE_OUTPUT_OPERANDS;
  decodeSeveral<16, 4, 1>(weights, units, none, h, streams, staged, finish);
}

// What follows a layer's product where a matrix library has computed it: sums (S,4H), a unit's
// gates side by side. A thread for each unit of each stream.
extern "C" __global__ void charlstm_decode_layer_finish(
    const Floats4* sums, const Floats4* base, int baseByToken, const int* tokens,
    const float* oldHidden, float* newHidden, float* cell, int hidden, int hiddenChunks,
    int streams) {
  DecodeCell finish = {base, tokens, oldHidden, newHidden, cell, hidden, hiddenChunks * 32,
                       baseByToken};
  long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x;
  if (i < (long long)hidden * streams) {
    finish((int)(i % hidden), (int)(i / hidden), sums[i]);
  }
}

// The same for the output: sums (S, V padded to units).
extern "C" __global__ void charlstm_decode_output_finish(
    const Floats4* sums, const float* bias, const int* tokens, float* logits, int vocabulary,
    int streams) {
  DecodeLogits finish = {bias, tokens, logits, vocabulary};
  int units = (vocabulary + 3) / 4;
  long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x;
  if (i < (long long)units * streams) {
    finish((int)(i % units), (int)(i / units), sums[i]);
  }
}
