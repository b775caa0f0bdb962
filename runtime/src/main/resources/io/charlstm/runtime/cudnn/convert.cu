// Between float and half elements, and sums of blocks. Any grid; to may be from where both have the
// same type.

template <typename From, typename To>
__device__ inline void convert(
    const From* from, To* to, long long count, float scale, bool accumulate) {
  long long quarter = count / 4;
  for (long long i = globalThread(); i < quarter; i += globalThreads()) {
    Floats4 v = load4(from, i);
    Floats4 old = accumulate ? load4(to, i) : Floats4{0, 0, 0, 0};
    v.x = accumulate ? fmaf(v.x, scale, old.x) : v.x * scale;
    v.y = accumulate ? fmaf(v.y, scale, old.y) : v.y * scale;
    v.z = accumulate ? fmaf(v.z, scale, old.z) : v.z * scale;
    v.w = accumulate ? fmaf(v.w, scale, old.w) : v.w * scale;
    store4(to, i, v);
  }
  long long i = 4 * quarter + globalThread();
  if (i < count) {
    float v = toFloat(from[i]);
    roundTo(accumulate ? fmaf(v, scale, toFloat(to[i])) : v * scale, to + i);
  }
}

/** to = from * scale, rounded to half. */
extern "C" __global__ void charlstm_to_f16(
    const float* from, Half* to, long long count, float scale) {
  convert(from, to, count, scale, false);
}

extern "C" __global__ void charlstm_to_bf16(
    const float* from, BFloat16* to, long long count, float scale) {
  convert(from, to, count, scale, false);
}

/** to = from * scale, or to += from * scale when accumulate is not 0. */
extern "C" __global__ void charlstm_from_f16(
    const Half* from, float* to, long long count, float scale, int accumulate) {
  convert(from, to, count, scale, accumulate != 0);
}

extern "C" __global__ void charlstm_from_bf16(
    const BFloat16* from, float* to, long long count, float scale, int accumulate) {
  convert(from, to, count, scale, accumulate != 0);
}

/** to = from * scale, or to += from * scale when accumulate is not 0. */
extern "C" __global__ void charlstm_scale(
    const float* from, float* to, long long count, float scale, int accumulate) {
  convert(from, to, count, scale, accumulate != 0);
}
