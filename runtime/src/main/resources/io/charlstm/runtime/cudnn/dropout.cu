// Inverted dropout with the counter-based masks of io.charlstm.runtime.DropoutMask, bit for bit.

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

template <typename T>
__device__ inline void dropout(
    const StepState* state,
    const T* input,
    T* output,
    long long count,
    int site,
    int threshold,
    float scale) {
  unsigned long long key = maskKey(state, site);
  unsigned int keep = (unsigned int)threshold;
  long long quarter = count / 4;
  for (long long i = globalThread(); i < quarter; i += globalThreads()) {
    Floats4 v = load4(input, i);
    unsigned int index = (unsigned int)i * 4;
    v.x = masked(v.x, key, index, keep, scale);
    v.y = masked(v.y, key, index + 1, keep, scale);
    v.z = masked(v.z, key, index + 2, keep, scale);
    v.w = masked(v.w, key, index + 3, keep, scale);
    store4(output, i, v);
  }
  long long i = 4 * quarter + globalThread();
  if (i < count) {
    roundTo(masked(toFloat(input[i]), key, (unsigned int)i, keep, scale), output + i);
  }
}

/**
 * Keeps an element times scale, or sets it to zero: the forward pass on values, the backward pass
 * on their gradient. Any grid; in place where input is output.
 *
 * @param input (T,B,width)
 * @param count T*B*width, below 2^32
 * @param site as in DropoutMask.key
 * @param threshold DropoutMask.keepThreshold
 * @param scale 1/(1-p)
 */
extern "C" __global__ void charlstm_dropout_f32(
    const StepState* state,
    const float* input,
    float* output,
    long long count,
    int site,
    int threshold,
    float scale) {
  dropout(state, input, output, count, site, threshold, scale);
}

extern "C" __global__ void charlstm_dropout_f16(
    const StepState* state,
    const Half* input,
    Half* output,
    long long count,
    int site,
    int threshold,
    float scale) {
  dropout(state, input, output, count, site, threshold, scale);
}

extern "C" __global__ void charlstm_dropout_bf16(
    const StepState* state,
    const BFloat16* input,
    BFloat16* output,
    long long count,
    int site,
    int threshold,
    float scale) {
  dropout(state, input, output, count, site, threshold, scale);
}
