// Gradient of the embedding: row v is the sum of the input gradients at the positions with token v.

#define EMBEDDING_TILE 128

/**
 * One block for a token and a tile of columns. The warps take the token's positions in turn, each
 * lane keeps 4 columns, and the warps' sums, in shared memory, are added in order.
 */
template <typename T>
__device__ inline void embeddingGradient(
    const T* dx,
    const int* order,
    const int* offsets,
    float* gradient,
    int width,
    int accumulate,
    float (*sums)[EMBEDDING_TILE]) {
  int tiles = (width + EMBEDDING_TILE - 1) / EMBEDDING_TILE;
  int token = blockIdx.x / tiles;
  int column = blockIdx.x % tiles * EMBEDDING_TILE;
  int lane = threadIdx.x & 31;
  int warp = threadIdx.x >> 5;
  int warps = blockDim.x >> 5;
  int end = offsets[token + 1];
  float sum[4] = {0, 0, 0, 0};
#pragma unroll 4
  for (int i = offsets[token] + warp; i < end; i += warps) {
    const T* row = dx + (long long)order[i] * width + column + lane;
#pragma unroll
    for (int k = 0; k < 4; k++) {
      if (column + lane + 32 * k < width) {
        sum[k] += toFloat(row[32 * k]);
      }
    }
  }
#pragma unroll
  for (int k = 0; k < 4; k++) {
    sums[warp][lane + 32 * k] = sum[k];
  }
  __syncthreads();
  for (int j = threadIdx.x; j < EMBEDDING_TILE && column + j < width; j += blockDim.x) {
    float total = 0;
    for (int w = 0; w < warps; w++) {
      total += sums[w][j];
    }
    float* to = gradient + (long long)token * width + column + j;
    *to = accumulate ? *to + total : total;
  }
}

/**
 * Sums the rows of dx by token: V * ceil(E/128) blocks.
 *
 * @param dx (n,E), gradient of the embedded input
 * @param order positions in the order of their tokens, from charlstm_token_place
 * @param offsets (V+1), from charlstm_token_offsets
 * @param gradient (V,E); replaced, or added to when accumulate is not 0
 */
extern "C" __global__ void charlstm_embedding_gradient_f32(
    const float* dx,
    const int* order,
    const int* offsets,
    float* gradient,
    int width,
    int accumulate) {
  __shared__ float sums[32][EMBEDDING_TILE];
  embeddingGradient(dx, order, offsets, gradient, width, accumulate, sums);
}

extern "C" __global__ void charlstm_embedding_gradient_f16(
    const Half* dx,
    const int* order,
    const int* offsets,
    float* gradient,
    int width,
    int accumulate) {
  __shared__ float sums[32][EMBEDDING_TILE];
  embeddingGradient(dx, order, offsets, gradient, width, accumulate, sums);
}

extern "C" __global__ void charlstm_embedding_gradient_bf16(
    const BFloat16* dx,
    const int* order,
    const int* offsets,
    float* gradient,
    int width,
    int accumulate) {
  __shared__ float sums[32][EMBEDDING_TILE];
  embeddingGradient(dx, order, offsets, gradient, width, accumulate, sums);
}
