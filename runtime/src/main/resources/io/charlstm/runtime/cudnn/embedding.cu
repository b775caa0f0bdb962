// Tokens to the input of the first layer. Any grid; each reads its tokens and writes its output once.

template <typename T>
__device__ inline void gather(
    const float* table, const int* tokens, T* output, long long rows, int width) {
  if (width % 4 == 0) {
    int quarter = width / 4;
    for (long long i = globalThread(); i < rows * quarter; i += globalThreads()) {
      long long row = i / quarter;
      store4(output, i, load4(table, (long long)tokens[row] * quarter + (i - row * quarter)));
    }
    return;
  }
  for (long long i = globalThread(); i < rows * width; i += globalThreads()) {
    long long row = i / width;
    roundTo(table[(long long)tokens[row] * width + (i - row * width)], output + i);
  }
}

/**
 * Embedding: row tokens[i] of the table becomes row i of the output.
 *
 * @param table embedding.weight (V,E)
 * @param tokens (rows)
 * @param output (rows,E)
 */
extern "C" __global__ void charlstm_gather_f32(
    const float* table, const int* tokens, float* output, long long rows, int width) {
  gather(table, tokens, output, rows, width);
}

extern "C" __global__ void charlstm_gather_f16(
    const float* table, const int* tokens, Half* output, long long rows, int width) {
  gather(table, tokens, output, rows, width);
}

extern "C" __global__ void charlstm_gather_bf16(
    const float* table, const int* tokens, BFloat16* output, long long rows, int width) {
  gather(table, tokens, output, rows, width);
}

template <typename T>
__device__ inline void oneHot(const int* tokens, T* output, long long rows, int width) {
  for (long long i = globalThread(); i < rows * width; i += globalThreads()) {
    long long row = i / width;
    roundTo(tokens[row] == i - row * width ? 1.0f : 0.0f, output + i);
  }
}

/**
 * One-hot input: row i is 1 at tokens[i] and 0 elsewhere.
 *
 * @param tokens (rows)
 * @param output (rows,V)
 */
extern "C" __global__ void charlstm_one_hot_f32(
    const int* tokens, float* output, long long rows, int width) {
  oneHot(tokens, output, rows, width);
}

extern "C" __global__ void charlstm_one_hot_f16(
    const int* tokens, Half* output, long long rows, int width) {
  oneHot(tokens, output, rows, width);
}

extern "C" __global__ void charlstm_one_hot_bf16(
    const int* tokens, BFloat16* output, long long rows, int width) {
  oneHot(tokens, output, rows, width);
}
