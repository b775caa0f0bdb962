// The window's positions in the order of their tokens, positions with the same token in ascending
// order: a counting sort without atomics. Chunks of TOKEN_CHUNK positions are ranked by
// themselves, then the counts of all chunks are summed in order. Four kernels, each after the one
// before; n is T*B, chunks is ceil(n/TOKEN_CHUNK).

#define TOKEN_CHUNK 512

/**
 * Ranks each position among the earlier ones of its chunk with the same token. One block for each
 * chunk.
 *
 * @param tokens (n)
 * @param ranks receives (n)
 * @param counts receives (chunks,V): occurrences
 */
extern "C" __global__ void charlstm_token_rank(
    const int* tokens, int* ranks, int* counts, long long n, int vocabulary) {
  __shared__ int chunk[TOKEN_CHUNK];
  long long first = (long long)blockIdx.x * TOKEN_CHUNK;
  int* count = counts + (long long)blockIdx.x * vocabulary;
  for (int i = threadIdx.x; i < TOKEN_CHUNK; i += blockDim.x) {
    chunk[i] = first + i < n ? tokens[first + i] : -1;
  }
  for (int v = threadIdx.x; v < vocabulary; v += blockDim.x) {
    count[v] = 0;
  }
  __syncthreads();
  for (int i = threadIdx.x; i < TOKEN_CHUNK && first + i < n; i += blockDim.x) {
    int token = chunk[i];
    int earlier = 0;
    int equal = 0;
    for (int j = 0; j < TOKEN_CHUNK; j++) {
      int same = chunk[j] == token;
      equal += same;
      earlier += same & (j < i);
    }
    ranks[first + i] = earlier;
    if (earlier == equal - 1) {
      count[token] = equal;
    }
  }
}

/**
 * Replaces each chunk's counts by the sum over the chunks before it. One warp for each token.
 *
 * @param counts (chunks,V)
 * @param totals receives (V)
 */
extern "C" __global__ void charlstm_token_chunks(
    int* counts, int* totals, int chunks, int vocabulary) {
  int lane = threadIdx.x & 31;
  long long token = globalThread() >> 5;
  if (token >= vocabulary) {
    return;
  }
  int sum = 0;
  for (int first = 0; first < chunks; first += 32) {
    bool inside = first + lane < chunks;
    int* count = counts + (long long)(first + lane) * vocabulary + token;
    int own = inside ? *count : 0;
    int upTo = own;
    for (int distance = 1; distance < 32; distance *= 2) {
      int before = __shfl_up_sync(0xffffffffu, upTo, distance);
      upTo += lane >= distance ? before : 0;
    }
    if (inside) {
      *count = sum + upTo - own;
    }
    sum += __shfl_sync(0xffffffffu, upTo, 31);
  }
  if (lane == 0) {
    totals[token] = sum;
  }
}

/**
 * Where each token's positions begin. One block.
 *
 * @param totals (V)
 * @param offsets receives (V+1)
 */
extern "C" __global__ void charlstm_token_offsets(
    const int* totals, int* offsets, int vocabulary) {
  __shared__ int scratch[32];
  int lane = threadIdx.x & 31;
  int warp = threadIdx.x >> 5;
  int sum = 0;
  for (int first = 0; first < vocabulary; first += blockDim.x) {
    int token = first + threadIdx.x;
    int own = token < vocabulary ? totals[token] : 0;
    int upTo = own;
    for (int distance = 1; distance < 32; distance *= 2) {
      int before = __shfl_up_sync(0xffffffffu, upTo, distance);
      upTo += lane >= distance ? before : 0;
    }
    if (lane == 31) {
      scratch[warp] = upTo;
    }
    __syncthreads();
    int warps = lane < (int)(blockDim.x >> 5) ? scratch[lane] : 0;
    int earlierWarps = warpSum(lane < warp ? warps : 0);
    int allWarps = warpSum(warps);
    if (token < vocabulary) {
      offsets[token] = sum + earlierWarps + upTo - own;
    }
    sum += allWarps;
    __syncthreads();
  }
  if (threadIdx.x == 0) {
    offsets[vocabulary] = sum;
  }
}

/**
 * Puts each position in its place. Any grid.
 *
 * @param order receives (n): positions in the order of their tokens
 */
extern "C" __global__ void charlstm_token_place(
    const int* tokens,
    const int* ranks,
    const int* counts,
    const int* offsets,
    int* order,
    long long n,
    int vocabulary) {
  for (long long i = globalThread(); i < n; i += globalThreads()) {
    int token = tokens[i];
    long long before = counts[i / TOKEN_CHUNK * vocabulary + token];
    order[offsets[token] + before + ranks[i]] = (int)i;
  }
}
