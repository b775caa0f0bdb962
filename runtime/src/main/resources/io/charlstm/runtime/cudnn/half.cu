// IEEE half and bfloat16 as 16 bits, rounded to nearest even. A device of compute capability 8
// has an instruction for either; the bit operations give the same bits anywhere.

struct Half {
  unsigned short bits;
};

struct BFloat16 {
  unsigned short bits;
};

struct alignas(8) Halves4 {
  unsigned short x, y, z, w;
};

union FloatBits {
  float value;
  unsigned int bits;
};

__device__ inline float toFloat(float value) {
  return value;
}

__device__ inline float toFloat(BFloat16 value) {
  FloatBits f;
  f.bits = (unsigned int)value.bits << 16;
  return f.value;
}

__device__ inline float toFloat(Half value) {
#ifdef __CUDA_ARCH__
  float result;
  asm("cvt.f32.f16 %0, %1;" : "=f"(result) : "h"(value.bits));
  return result;
#else
  unsigned int sign = (unsigned int)(value.bits & 0x8000) << 16;
  unsigned int magnitude = value.bits & 0x7fff;
  FloatBits f;
  if (magnitude >= 0x7c00) {
    f.bits = 0x7f800000 | (magnitude & 0x3ff) << 13;
  } else if (magnitude >= 0x400) {
    f.bits = (magnitude << 13) + (112u << 23);
  } else {
    f.value = (float)magnitude * 5.9604644775390625e-8f; // subnormal: units of 2^-24
  }
  f.bits |= sign;
  return f.value;
#endif
}

__device__ inline void roundTo(float value, float* to) {
  *to = value;
}

__device__ inline void roundTo(float value, BFloat16* to) {
#if defined(__CUDA_ARCH__) && __CUDA_ARCH__ >= 800
  unsigned short bits;
  asm("cvt.rn.bf16.f32 %0, %1;" : "=h"(bits) : "f"(value));
  to->bits = bits;
#else
  FloatBits f;
  f.value = value;
  bool nan = (f.bits & 0x7fffffff) > 0x7f800000;
  unsigned int rounded = (f.bits + 0x7fff + (f.bits >> 16 & 1)) >> 16;
  to->bits = (unsigned short)(nan ? 0x7fff : rounded);
#endif
}

__device__ inline void roundTo(float value, Half* to) {
#ifdef __CUDA_ARCH__
  unsigned short bits;
  asm("cvt.rn.f16.f32 %0, %1;" : "=h"(bits) : "f"(value));
  to->bits = bits;
#else
  FloatBits f;
  f.value = value;
  unsigned int sign = f.bits >> 16 & 0x8000;
  f.bits &= 0x7fffffff;
  if (f.bits > 0x7f800000) {
    to->bits = 0x7fff;
    return;
  }
  if (f.bits >= 0x477ff000) { // 65520, from which on the nearest is infinity
    to->bits = (unsigned short)(sign | 0x7c00);
    return;
  }
  if (f.bits < 0x38800000) { // below 2^-14: adding 1/2 leaves units of 2^-24 in the low bits
    f.value += 0.5f;
    to->bits = (unsigned short)(sign | (f.bits - 0x3f000000));
    return;
  }
  unsigned int rounded = (f.bits - (112u << 23) + 0xfff + (f.bits >> 13 & 1)) >> 13;
  to->bits = (unsigned short)(sign | rounded);
#endif
}

/** Four elements at index 4*i of a block of float or half elements. */
__device__ inline Floats4 load4(const float* block, long long i) {
  return ((const Floats4*)block)[i];
}

template <typename T>
__device__ inline Floats4 load4(const T* block, long long i) {
  Halves4 h = ((const Halves4*)block)[i];
  return {toFloat(T{h.x}), toFloat(T{h.y}), toFloat(T{h.z}), toFloat(T{h.w})};
}

__device__ inline void store4(float* block, long long i, Floats4 v) {
  ((Floats4*)block)[i] = v;
}

template <typename T>
__device__ inline void store4(T* block, long long i, Floats4 v) {
  T x, y, z, w;
  roundTo(v.x, &x);
  roundTo(v.y, &y);
  roundTo(v.z, &z);
  roundTo(v.w, &w);
  ((Halves4*)block)[i] = {x.bits, y.bits, z.bits, w.bits};
}
