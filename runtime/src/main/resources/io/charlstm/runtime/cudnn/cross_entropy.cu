// Softmax cross-entropy of each row of logits, and its gradient, with the row read once:
// loss = ln(sum of exp(x - max)) + max - x[target], gradient = (softmax - one-hot) * scale.

/** What all columns of a row share; scale is the factor on the gradient. */
struct CrossEntropyRow {
  int target;
  float max;
  float inverseSum;
  float scale;
};

__device__ inline float logitGradient(float exponential, int column, const CrossEntropyRow& row) {
  float probability = exponential * row.inverseSum;
  return row.target < 0 ? 0.0f : (probability - (column == row.target)) * row.scale;
}

/** One warp for a row, which it holds in registers: V up to 32*PER_LANE. */
template <int PER_LANE, typename T>
__device__ inline void crossEntropyByWarp(
    const StepState* state,
    const float* logits,
    const int* targets,
    float* losses,
    T* gradients,
    long long rows,
    int vocabulary,
    int logitStride,
    int gradientStride,
    float gradientScale,
    float*) {
  int lane = threadIdx.x & 31;
  float scale = gradients ? gradientScale * state->lossScale : 0.0f;
  for (long long r = globalThread() >> 5; r < rows; r += globalThreads() >> 5) {
    const float* x = logits + r * logitStride;
    CrossEntropyRow row = {targets[r], -infinity(), 0, scale};
    float value[PER_LANE];
    float targetLogit = 0;
    float sum = 0;
#pragma unroll
    for (int k = 0; k < PER_LANE; k++) {
      int v = lane + 32 * k;
      value[k] = v < vocabulary ? x[v] : -infinity();
      targetLogit = v == row.target ? value[k] : targetLogit;
      row.max = fmaxf(row.max, value[k]);
    }
    row.max = warpMax(row.max);
#pragma unroll
    for (int k = 0; k < PER_LANE; k++) {
      value[k] = lane + 32 * k < vocabulary ? expf(value[k] - row.max) : 0.0f;
      sum += value[k];
    }
    sum = warpSum(sum);
    row.inverseSum = 1.0f / sum;
    if (lane == (row.target & 31)) {
      losses[r] = row.target < 0 ? 0.0f : logf(sum) + (row.max - targetLogit);
    }
    if (gradients) {
      T* to = gradients + r * gradientStride;
#pragma unroll
      for (int k = 0; k < PER_LANE; k++) {
        int v = lane + 32 * k;
        if (v < vocabulary) {
          roundTo(logitGradient(value[k], v, row), to + v);
        }
      }
      for (int v = vocabulary + lane; v < gradientStride; v += 32) {
        roundTo(0.0f, to + v);
      }
    }
  }
}

#define CROSS_ENTROPY_HELD 16

/**
 * One block for a row: the first CROSS_ENTROPY_HELD*blockDim logits stay in registers, what is
 * beyond is read again. Each thread reads and replaces columns of its own only, so that the
 * gradient may take the logits' place. Scratch is 32 elements of shared memory.
 */
template <typename T>
__device__ inline void crossEntropyByBlock(
    const StepState* state,
    const float* logits,
    const int* targets,
    float* losses,
    T* gradients,
    long long rows,
    int vocabulary,
    int logitStride,
    int gradientStride,
    float gradientScale,
    float* scratch) {
  float scale = gradients ? gradientScale * state->lossScale : 0.0f;
  int threads = blockDim.x;
  int beyond = CROSS_ENTROPY_HELD * threads + threadIdx.x;
  for (long long r = blockIdx.x; r < rows; r += gridDim.x) {
    const float* x = logits + r * logitStride;
    CrossEntropyRow row = {targets[r], -infinity(), 0, scale};
    float value[CROSS_ENTROPY_HELD];
    float targetLogit = 0;
    float sum = 0;
#pragma unroll
    for (int k = 0; k < CROSS_ENTROPY_HELD; k++) {
      int v = threadIdx.x + threads * k;
      value[k] = v < vocabulary ? x[v] : -infinity();
      targetLogit = v == row.target ? value[k] : targetLogit;
      row.max = fmaxf(row.max, value[k]);
    }
#pragma unroll 2
    for (int v = beyond; v < vocabulary; v += threads) {
      float logit = x[v];
      targetLogit = v == row.target ? logit : targetLogit;
      row.max = fmaxf(row.max, logit);
    }
    row.max = blockMax(row.max, scratch);
#pragma unroll
    for (int k = 0; k < CROSS_ENTROPY_HELD; k++) {
      value[k] = (int)threadIdx.x + threads * k < vocabulary ? expf(value[k] - row.max) : 0.0f;
      sum += value[k];
    }
#pragma unroll 2
    for (int v = beyond; v < vocabulary; v += threads) {
      sum += expf(x[v] - row.max);
    }
    sum = blockSum(sum, scratch);
    row.inverseSum = 1.0f / sum;
    if (row.target < 0 ? threadIdx.x == 0 : row.target % threads == (int)threadIdx.x) {
      losses[r] = row.target < 0 ? 0.0f : logf(sum) + (row.max - targetLogit);
    }
    if (gradients) {
      T* to = gradients + r * gradientStride;
#pragma unroll
      for (int k = 0; k < CROSS_ENTROPY_HELD; k++) {
        int v = threadIdx.x + threads * k;
        if (v < vocabulary) {
          roundTo(logitGradient(value[k], v, row), to + v);
        }
      }
#pragma unroll 2
      for (int v = beyond; v < vocabulary; v += threads) {
        roundTo(logitGradient(expf(x[v] - row.max), v, row), to + v);
      }
      for (int v = vocabulary + threadIdx.x; v < gradientStride; v += threads) {
        roundTo(0.0f, to + v);
      }
    }
  }
}

/*
 * charlstm_cross_entropy_{small,medium,large}_{f32,f16,bf16}: small for V up to 128, medium up to
 * 512 (each a warp for a row), large for any V (a block of at most 512 threads for a row); the type is
 * the gradient's.
 *
 * @param logits (rows,V), rows logitStride elements apart
 * @param targets (rows); -1 is neither scored nor trained on
 * @param losses receives (rows), in nats; 0 where the target is -1
 * @param gradients receives (rows,V), rows gradientStride elements apart and zero behind column V;
 *     times gradientScale times the state's loss scale; may be the logits where both are float and
 *     the strides are the same; 0 for the losses alone
 */
#define CROSS_ENTROPY(name, function, type)                   \
  extern "C" __global__ void __launch_bounds__(512, 2) name(  \
      const StepState* state,                                 \
      const float* logits,                                    \
      const int* targets,                                     \
      float* losses,                                          \
      type* gradients,                                        \
      long long rows,                                         \
      int vocabulary,                                         \
      int logitStride,                                        \
      int gradientStride,                                     \
      float gradientScale) {                                  \
    __shared__ float scratch[32];                             \
    function(                                                 \
        state,                                                \
        logits,                                               \
        targets,                                              \
        losses,                                               \
        gradients,                                            \
        rows,                                                 \
        vocabulary,                                           \
        logitStride,                                          \
        gradientStride,                                       \
        gradientScale,                                        \
        scratch);                                             \
  }

CROSS_ENTROPY(charlstm_cross_entropy_small_f32, crossEntropyByWarp<4>, float)
CROSS_ENTROPY(charlstm_cross_entropy_small_f16, crossEntropyByWarp<4>, Half)
CROSS_ENTROPY(charlstm_cross_entropy_small_bf16, crossEntropyByWarp<4>, BFloat16)
CROSS_ENTROPY(charlstm_cross_entropy_medium_f32, crossEntropyByWarp<16>, float)
CROSS_ENTROPY(charlstm_cross_entropy_medium_f16, crossEntropyByWarp<16>, Half)
CROSS_ENTROPY(charlstm_cross_entropy_medium_bf16, crossEntropyByWarp<16>, BFloat16)
CROSS_ENTROPY(charlstm_cross_entropy_large_f32, crossEntropyByBlock, float)
CROSS_ENTROPY(charlstm_cross_entropy_large_f16, crossEntropyByBlock, Half)
CROSS_ENTROPY(charlstm_cross_entropy_large_bf16, crossEntropyByBlock, BFloat16)
