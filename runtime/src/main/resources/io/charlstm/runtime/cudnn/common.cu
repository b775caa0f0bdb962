// What all kernels share: the state of training on the device, vectors of four elements, sums.
//
// All .cu files are one compilation unit, this one first and half.cu second. They are written
// without includes, for NVRTC. Shapes: T sequence length, B batch size, V vocabulary size, E
// embedding size, H hidden size, L layers; everything is row-major and time-major. Blocks of float
// or half elements begin at a multiple of 16 bytes. Nothing is summed in an order that
// depends on timing: a sum depends on the values, the shape and the block size alone.

/** A summed cross-entropy: nats, and the number of targets scored. */
struct LossSum {
  double nats;
  long long count;
};

/**
 * Where training is and what the next update does. Kernels take all that changes between
 * replays of a graph from here. StepState.java mirrors the offsets.
 */
struct StepState {
  long long step;             //   0: number of the training step under way
  long long window;           //   8: number of the window under way, over all epochs
  long long epochWindows;     //  16: windows in an epoch
  long long chunkFirst;       //  24: the chunk of lanes on the device: its first window in the epoch
  long long chunkWindows;     //  32: its number n of windows
  long long chunkOffset;      //  40: element offset of its (B,n*T+1) tokens
  long long dropoutSeed;      //  48: masks are drawn from this seed
  long long dropoutStep;      //  56: and this counter, the window's number
  long long updates;          //  64: updates applied so far
  LossSum stepLoss;           //  72: of the step under way
  LossSum totalLoss;          //  88: of the finite steps since the results were reset
  long long skipped;          // 104: steps since then that were not finite
  long long firstSkipped;     // 112: the first of them, or -1
  long long skippedInARow;    // 120: length of the unbroken row of them at the end
  long long overflows;        // 128: steps since then that only lowered the loss scale
  double learningRate;        // 136: of an update that reads no table of rates
  double clipNorm;            // 144: bound on the global norm, 0 = none
  double clipValue;           // 152: bound on each element, 0 = none
  double norm;                // 160: global norm at the last update, before clipping by norm
  double finiteNorm;          // 168: the same at the last finite step since the reset, or NaN
  float lossScale;            // 176: factor on the loss's gradient, a power of two
  int lossScaleInterval;      // 180: updates after which it doubles; 0 = it never changes
  int updatesAtScale;         // 184: updates since it changed
  int restart;                // 188: whether the last step was not finite
  int apply;                  // 192: whether the last decision was to update
  float elementBound;         // 196: clipValue, or infinity
  float gradientFactor;       // 200: from clipping by norm
  float inverseLossScale;     // 204: undoes lossScale
  float parameterScale;       // 208: 1 - rate * decoupled weight decay
  float stepSize;             // 212: learning rate; for Adam over the first bias correction
  float rootSecondCorrection; // 216: root of Adam's second bias correction
  int reserved;               // 220
};

static_assert(sizeof(StepState) == 224, "StepState.java mirrors this layout");

struct alignas(16) Floats4 {
  float x, y, z, w;
};

__device__ inline float infinity() {
  return __int_as_float(0x7f800000);
}

/** Index of this thread in the grid. */
__device__ inline long long globalThread() {
  return (long long)blockIdx.x * blockDim.x + threadIdx.x;
}

__device__ inline long long globalThreads() {
  return (long long)gridDim.x * blockDim.x;
}

/** The value within [-bound,bound]; NaN stays NaN, which fminf would lose. */
__device__ inline float bounded(float value, float bound) {
  return value > bound ? bound : value < -bound ? -bound : value;
}

template <typename T>
__device__ inline T warpSum(T value) {
  for (int distance = 16; distance > 0; distance /= 2) {
    value += __shfl_xor_sync(0xffffffffu, value, distance);
  }
  return value;
}

__device__ inline float warpMax(float value) {
  for (int distance = 16; distance > 0; distance /= 2) {
    value = fmaxf(value, __shfl_xor_sync(0xffffffffu, value, distance));
  }
  return value;
}

/**
 * Sum over the block, in every thread.
 *
 * @param scratch 32 elements of shared memory, free when all threads of the block come here
 */
template <typename T>
__device__ inline T blockSum(T value, T* scratch) {
  value = warpSum(value);
  if ((threadIdx.x & 31) == 0) {
    scratch[threadIdx.x >> 5] = value;
  }
  __syncthreads();
  int lane = threadIdx.x & 31;
  T sum = warpSum(lane < (int)(blockDim.x >> 5) ? scratch[lane] : T(0));
  __syncthreads();
  return sum;
}

/** Maximum over the block, in every thread; scratch as in blockSum. */
__device__ inline float blockMax(float value, float* scratch) {
  value = warpMax(value);
  if ((threadIdx.x & 31) == 0) {
    scratch[threadIdx.x >> 5] = value;
  }
  __syncthreads();
  int lane = threadIdx.x & 31;
  float max = warpMax(lane < (int)(blockDim.x >> 5) ? scratch[lane] : -infinity());
  __syncthreads();
  return max;
}
