// Kernels with one deliberate fault each. Blocks have 256 threads where nothing else is said.

extern "C" __global__ void shared_race(float* a, int n) {
  __shared__ float last;
  last = a[threadIdx.x];
  __syncthreads();
  a[threadIdx.x] = last;
}

extern "C" __global__ void missing_barrier(float* a, int n) {
  __shared__ float tile[256];
  tile[threadIdx.x] = 0.0f;
  __syncthreads();
  tile[threadIdx.x] = a[threadIdx.x];
  a[threadIdx.x] = tile[255 - threadIdx.x];
}

// The barrier is there, but the next round writes before all have read.
extern "C" __global__ void missing_second_barrier(float* a, int n) {
  __shared__ float tile[256];
  for (int round = 0; round < 2; round++) {
    tile[threadIdx.x] = a[threadIdx.x];
    __syncthreads();
    a[threadIdx.x] = tile[255 - threadIdx.x];
  }
}

// A warp barrier orders no other warp.
extern "C" __global__ void warp_barrier_for_block(float* a, int n) {
  __shared__ float tile[256];
  tile[threadIdx.x] = a[threadIdx.x];
  __syncwarp();
  a[threadIdx.x] = threadIdx.x >= 32 ? tile[threadIdx.x - 32] : 0.0f;
}

// Lanes of a warp do not run in step.
extern "C" __global__ void missing_warp_barrier(float* a, int n) {
  __shared__ float tile[32];
  tile[threadIdx.x] = a[threadIdx.x];
  __syncwarp();
  tile[threadIdx.x] += tile[threadIdx.x ^ 1];
  a[threadIdx.x] = tile[threadIdx.x];
}

extern "C" __global__ void blocks_write_the_same(float* a, int n) {
  a[threadIdx.x] = 1.0f;
}

extern "C" __global__ void block_reads_anothers(float* a, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  a[i] = a[i == 0 ? 0 : i - 1];
}

// Neighbouring bytes are no conflict, the same byte is.
extern "C" __global__ void byte_race(unsigned char* a, int n) {
  a[threadIdx.x] = 1;
  if (threadIdx.x == 5) {
    a[6] = 2;
  }
}

extern "C" __global__ void one_past_the_end(float* a, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i <= n) {
    a[i] = 1.0f;
  }
}

extern "C" __global__ void one_before_the_start(float* a, int n) {
  a[threadIdx.x] = a[(int)threadIdx.x - 1];
}

extern "C" __global__ void null_pointer(float* a, int n) {
  float* none = 0;
  none[threadIdx.x] = a[0];
}

extern "C" __global__ void shared_index(float* a, int n) {
  __shared__ float tile[256];
  tile[threadIdx.x + n - 1000] = 1.0f;
}

extern "C" __global__ void misaligned(float* a, int n) {
  *(float4*)(a + 1) = make_float4(1, 2, 3, 4);
}

extern "C" __global__ void divides_by_zero(int* a, int n) {
  a[threadIdx.x] = 7 / (n - 1000);
}

extern "C" __global__ void barrier_after_return(float* a, int n) {
  if (threadIdx.x == 77) {
    return;
  }
  __syncthreads();
}

extern "C" __global__ void two_barriers(float* a, int n) {
  if (threadIdx.x < 128) {
    __syncthreads();
  } else {
    a[threadIdx.x] = 0.0f;
    __syncthreads();
  }
}

extern "C" __global__ void wrong_mask(float* a, int n) {
  if (threadIdx.x < 16) {
    a[threadIdx.x] = __shfl_xor_sync(0xffffffffu, a[threadIdx.x], 1);
  }
  __syncthreads();
}

extern "C" __global__ void own_lane_not_in_mask(float* a, int n) {
  a[threadIdx.x] = __shfl_down_sync(0x0000ffffu, a[threadIdx.x], 1);
}

extern "C" __global__ void value_of_a_returned_lane(float* a, int n) {
  if (threadIdx.x % 32 >= 16) {
    return;
  }
  a[threadIdx.x] = __shfl_xor_sync(0xffffffffu, a[threadIdx.x], 16);
}

extern "C" __global__ void __launch_bounds__(128) too_many_threads(float* a, int n) {
  a[threadIdx.x] = 1.0f;
}

extern "C" __global__ void shared_not_written(float* a, int n) {
  __shared__ float tile[256];
  if (threadIdx.x < 10) {
    tile[threadIdx.x] = 2.0f;
  }
  __syncthreads();
  a[threadIdx.x] = tile[threadIdx.x];
}
