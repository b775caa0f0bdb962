// Inverted dropout with the counter-based masks of io.charlstm.runtime.DropoutMask, bit for bit: on
// activations, and on recurrent weights.

// The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
__device__ inline unsigned long long mix64(unsigned long long z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

__device__ inline unsigned long long maskKey(const StepState* state, int site) {
  unsigned long long seed = (unsigned long long)state->dropoutSeed;
  unsigned long long step = (unsigned long long)state->dropoutStep + 1;
  unsigned long long place = 0xD1B54A32D192ED03ULL * (unsigned long long)(site + 1);
  return mix64(mix64(seed + 0x9E3779B97F4A7C15ULL * step) + place);
}

__device__ inline float masked(
    float value, unsigned long long key, unsigned int index, unsigned int threshold, float scale) {
  unsigned int x = index ^ (unsigned int)key;
  x *= 0x9E3779B1u;
  x ^= x >> 15;
  x += (unsigned int)(key >> 32);
  x *= 0x85EBCA6Bu;
  x ^= x >> 13;
  x *= 0xC2B2AE35u;
  x ^= x >> 16;
  return x >> 1 < threshold ? value * scale : 0.0f;
}

/** The index behind this one in a mask that begins again after period elements. */
__device__ inline unsigned int following(unsigned int index, unsigned int period) {
  return index + 1 == period ? 0 : index + 1;
}

template <typename T>
__device__ inline void dropoutOne(
    unsigned long long key,
    const T* input,
    T* output,
    long long i,
    unsigned int period,
    unsigned int keep,
    float scale) {
  roundTo(masked(toFloat(input[i]), key, (unsigned int)i % period, keep, scale), output + i);
}

template <typename T>
__device__ inline void dropout(
    const StepState* state,
    const T* input,
    T* output,
    long long first,
    long long count,
    unsigned int period,
    int site,
    int threshold,
    float scale) {
  unsigned long long key = maskKey(state, site);
  unsigned int keep = (unsigned int)threshold;
  long long end = first + count;
  long long firstQuad = (first + 3) / 4;
  long long endQuad = end / 4;
  for (long long i = firstQuad + globalThread(); i < endQuad; i += globalThreads()) {
    Floats4 v = load4(input, i);
    unsigned int index = (unsigned int)i * 4 % period;
    v.x = masked(v.x, key, index, keep, scale);
    index = following(index, period);
    v.y = masked(v.y, key, index, keep, scale);
    index = following(index, period);
    v.z = masked(v.z, key, index, keep, scale);
    index = following(index, period);
    v.w = masked(v.w, key, index, keep, scale);
    store4(output, i, v);
  }
  // Up to three elements before the first whole quad and behind the last one.
  long long head = first + globalThread();
  if (head < 4 * firstQuad && head < end) {
    dropoutOne(key, input, output, head, period, keep, scale);
  }
  long long tail = 4 * endQuad + globalThread();
  if (tail >= 4 * firstQuad && tail < end) {
    dropoutOne(key, input, output, tail, period, keep, scale);
  }
}

/**
 * Keeps an element times scale, or sets it to zero: the forward pass on values, the backward pass
 * on their gradient. Any grid; in place where input is output.
 *
 * @param input (T,B,width)
 * @param first element to begin with
 * @param count of elements; all in all T*B*width below 2^32
 * @param period elements after which the mask begins again: T*B*width, or B*width when all time steps
 *     share it; unsigned
 * @param site as in DropoutMask.key
 * @param threshold DropoutMask.keepThreshold
 * @param scale 1/(1-p)
 */
extern "C" __global__ void charlstm_dropout_f32(
    const StepState* state,
    const float* input,
    float* output,
    long long first,
    long long count,
    unsigned int period,
    int site,
    int threshold,
    float scale) {
  dropout(state, input, output, first, count, period, site, threshold, scale);
}

extern "C" __global__ void charlstm_dropout_f16(
    const StepState* state,
    const Half* input,
    Half* output,
    long long first,
    long long count,
    unsigned int period,
    int site,
    int threshold,
    float scale) {
  dropout(state, input, output, first, count, period, site, threshold, scale);
}

extern "C" __global__ void charlstm_dropout_bf16(
    const StepState* state,
    const BFloat16* input,
    BFloat16* output,
    long long first,
    long long count,
    unsigned int period,
    int site,
    int threshold,
    float scale) {
  dropout(state, input, output, first, count, period, site, threshold, scale);
}

template <typename From, typename To>
__device__ inline void dropWeights(
    const StepState* state,
    const From* from,
    To* to,
    const long long (&gates)[4],
    int hidden,
    int site,
    int threshold,
    float scale) {
  unsigned long long key = maskKey(state, site);
  unsigned int width = (unsigned int)hidden;
  unsigned int matrix = width * width;
  for (long long i = globalThread(); i < 4LL * matrix; i += globalThreads()) {
    unsigned int gate = (unsigned int)i / matrix;
    unsigned int element = (unsigned int)i % matrix;
    unsigned int row = gate * width + element / width;
    unsigned int index = element % width * 4 * width + row;
    long long at = gates[gate] + element;
    float value = masked(toFloat(from[at]), key, index, (unsigned int)threshold, scale);
    roundTo(value, to + at);
  }
}

/*
 * charlstm_drop_weights_{f32,f16,bf16}: a layer's recurrent weights, masked, from the float
 * parameters to those that a window reads. charlstm_drop_weight_gradient_{f32,f16,bf16}: the same
 * mask on their gradient; in place where from is to. Any grid.
 *
 * @param from start of the weight spaces
 * @param to start of the others
 * @param i element offsets from there of the matrices (H,H) of the gates i, f, g, o
 * @param hidden H; 4*H*H below 2^31
 * @param site DropoutMask.weightSite
 * @param threshold DropoutMask.keepThreshold
 * @param scale 1/(1-p)
 */
#define DROP_WEIGHTS(name, From, To)                                       \
  extern "C" __global__ void name(                                         \
      const StepState* state,                                              \
      const From* from,                                                    \
      To* to,                                                              \
      long long i,                                                         \
      long long f,                                                         \
      long long g,                                                         \
      long long o,                                                         \
      int hidden,                                                          \
      int site,                                                            \
      int threshold,                                                       \
      float scale) {                                                       \
    const long long gates[4] = {i, f, g, o};                               \
    dropWeights(state, from, to, gates, hidden, site, threshold, scale);   \
  }

DROP_WEIGHTS(charlstm_drop_weights_f32, float, float)
DROP_WEIGHTS(charlstm_drop_weights_f16, float, Half)
DROP_WEIGHTS(charlstm_drop_weights_bf16, float, BFloat16)
DROP_WEIGHTS(charlstm_drop_weight_gradient_f32, float, float)
DROP_WEIGHTS(charlstm_drop_weight_gradient_f16, Half, Half)
DROP_WEIGHTS(charlstm_drop_weight_gradient_bf16, BFloat16, BFloat16)
