// Kernels without a fault, each with a way to go wrong that must not be reported. All take a
// vector of n floats.

extern "C" __global__ void reverse_blocks(float* a, int n) {
  __shared__ float tile[1024];
  int first = blockIdx.x * blockDim.x;
  for (int round = 0; round < 3; round++) {
    tile[threadIdx.x] = a[first + threadIdx.x];
    __syncthreads();
    a[first + threadIdx.x] = tile[blockDim.x - 1 - threadIdx.x] + 1.0f;
    __syncthreads();
  }
}

extern "C" __global__ void add_one(float* a, int n) {
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < n; i += gridDim.x * blockDim.x) {
    a[i] += 1.0f;
  }
}

__device__ __forceinline__ float warp_sum(float value) {
  for (int lanes = 16; lanes > 0; lanes >>= 1) {
    value += __shfl_xor_sync(0xffffffffu, value, lanes);
  }
  return value;
}

// a[i] becomes the sum of its block's part of the vector. Threads past the end take part.
extern "C" __global__ void block_sum(float* a, int n) {
  __shared__ float sums[32];
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  float sum = warp_sum(i < n ? a[i] : 0.0f);
  if (threadIdx.x % 32 == 0) {
    sums[threadIdx.x / 32] = sum;
  }
  __syncthreads();
  if (threadIdx.x < 32) {
    sum = warp_sum(threadIdx.x < blockDim.x / 32 ? sums[threadIdx.x] : 0.0f);
    if (threadIdx.x == 0) {
      sums[0] = sum;
    }
  }
  __syncthreads();
  if (i < n) {
    a[i] = sums[0];
  }
}

// Lanes exchange through shared memory, ordered by warp barriers.
extern "C" __global__ void swap_in_warp(float* a, int n) {
  __shared__ float tile[1024];
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  int warp = threadIdx.x / 32 * 32;
  int lane = threadIdx.x % 32;
  for (int round = 0; round < 3; round++) {
    tile[threadIdx.x] = i < n ? a[i] : 0.0f;
    __syncwarp();
    float other = tile[warp + (lane ^ 1)];
    __syncwarp();
    if (i < n && (i ^ 1) < n) {
      a[i] = other;
    }
  }
}

// Whole warps leave early; the rest vote with half masks.
extern "C" __global__ void half_warps(float* a, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i / 32 * 32 >= n) {
    return;
  }
  unsigned mask = threadIdx.x % 32 < 16 ? 0x0000ffffu : 0xffff0000u;
  unsigned above = __ballot_sync(mask, i < n && a[i] > 0.5f);
  float count = (float)__popc(above);
  if (threadIdx.x % 32 < 16) {
    count += __shfl_down_sync(mask, 0.25f * count, 1, 16);
  }
  if (i < n) {
    a[i] = count;
  }
}

// Adjacent halves and bytes of one word belong to different threads.
extern "C" __global__ void small_elements(float* a, int n) {
  unsigned short* halves = (unsigned short*)a;
  for (int i = blockIdx.x * blockDim.x + threadIdx.x; i < 2 * n; i += gridDim.x * blockDim.x) {
    halves[i] = (unsigned short)(halves[i] & 0xfff0);
  }
}

// Every block reads what no block writes.
extern "C" __global__ void shared_input(float* a, int n) {
  int i = 1 + blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) {
    a[i] = a[i] + a[0];
  }
}

// Shared memory of a template: one array for each type.
template <typename T>
__device__ inline T mirrored(T value) {
  __shared__ T tile[1024];
  tile[threadIdx.x] = value;
  __syncthreads();
  return tile[blockDim.x - 1 - threadIdx.x];
}

extern "C" __global__ void shared_in_templates(float* a, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  float value = mirrored<float>(i < n ? a[i] : 0.0f);
  value += (float)mirrored<double>((double)threadIdx.x);
  if (i < n) {
    a[i] = value;
  }
}
