// The window's loss, and the gradient of the output bias: sums over the rows in a fixed order.

/**
 * Adds the rows' losses, in double, and the number of targets scored. One block.
 *
 * @param losses (rows)
 * @param targets (rows), -1 = not scored
 */
extern "C" __global__ void charlstm_loss_sum(
    const float* losses, const int* targets, long long rows, LossSum* sum) {
  __shared__ double nats[32];
  __shared__ long long counts[32];
  double own = 0;
  long long count = 0;
#pragma unroll 4
  for (long long i = threadIdx.x; i < rows; i += blockDim.x) {
    own += losses[i];
    count += targets[i] >= 0;
  }
  own = blockSum(own, nats);
  count = blockSum(count, counts);
  if (threadIdx.x == 0) {
    sum->nats += own;
    sum->count += count;
  }
}

/**
 * One block for 32 columns of a chunk of rows; its warps take the chunk's rows in turn; their
 * sums, in shared memory, are added in order.
 */
template <typename T>
__device__ inline void columnPartials(
    const T* values,
    float* partials,
    long long rows,
    int columns,
    int stride,
    int rowsPerChunk,
    float (*sums)[32]) {
  int tiles = (columns + 31) / 32;
  long long chunk = blockIdx.x / tiles;
  int lane = threadIdx.x & 31;
  int warp = threadIdx.x >> 5;
  int warps = blockDim.x >> 5;
  int column = blockIdx.x % tiles * 32 + lane;
  long long end = (chunk + 1) * rowsPerChunk;
  end = end < rows ? end : rows;
  float sum = 0;
  if (column < columns) {
#pragma unroll 4
    for (long long r = chunk * rowsPerChunk + warp; r < end; r += warps) {
      sum += toFloat(values[r * stride + column]);
    }
  }
  sums[warp][lane] = sum;
  __syncthreads();
  if (warp == 0 && column < columns) {
    float total = 0;
    for (int w = 0; w < warps; w++) {
      total += sums[w][lane];
    }
    partials[chunk * columns + column] = total;
  }
}

/**
 * Sums of chunks of rows: ceil(columns/32) * chunks blocks.
 *
 * @param values (rows,columns), rows stride elements apart
 * @param partials receives (chunks,columns), chunks = ceil(rows/rowsPerChunk)
 */
extern "C" __global__ void charlstm_column_partials_f32(
    const float* values,
    float* partials,
    long long rows,
    int columns,
    int stride,
    int rowsPerChunk) {
  __shared__ float sums[32][32];
  columnPartials(values, partials, rows, columns, stride, rowsPerChunk, sums);
}

extern "C" __global__ void charlstm_column_partials_f16(
    const Half* values,
    float* partials,
    long long rows,
    int columns,
    int stride,
    int rowsPerChunk) {
  __shared__ float sums[32][32];
  columnPartials(values, partials, rows, columns, stride, rowsPerChunk, sums);
}

extern "C" __global__ void charlstm_column_partials_bf16(
    const BFloat16* values,
    float* partials,
    long long rows,
    int columns,
    int stride,
    int rowsPerChunk) {
  __shared__ float sums[32][32];
  columnPartials(values, partials, rows, columns, stride, rowsPerChunk, sums);
}

/**
 * Adds up the chunks. One warp for each column.
 *
 * @param partials (chunks,columns)
 * @param sums (columns); replaced, or added to when accumulate is not 0
 */
extern "C" __global__ void charlstm_column_sums(
    const float* partials, float* sums, int chunks, int columns, int accumulate) {
  int lane = threadIdx.x & 31;
  long long column = globalThread() >> 5;
  if (column >= columns) {
    return;
  }
  float sum = 0;
#pragma unroll 4
  for (long long chunk = lane; chunk < chunks; chunk += 32) {
    sum += partials[chunk * columns + column];
  }
  sum = warpSum(sum);
  if (lane == 0) {
    sums[column] = accumulate ? sums[column] + sum : sum;
  }
}
