// Drawing tokens, one block for each stream: the rules of the runtime's TokenSampler, in double
// precision. Sums are over fixed parts in a fixed order, so draws repeat on any device.

#define SAMPLE_SHARED_TOKENS 1024

struct SampleSettings {
  double temperature;
  double topP;
  double minP;
  int topK;
  int greedy;
};

// Shared memory for results that cross warps.
struct SampleScratch {
  double sums[32];
  long long keys[32];
};

// An int that orders as the float does; the two zeros are made one.
__device__ __forceinline__ int sampleSortable(float logit) {
  union {
    float value;
    int bits;
  } both;
  both.value = logit + 0.0f;
  return both.bits ^ (both.bits >> 31 & 0x7fffffff);
}

// Orders tokens by logit, lowest id first on a tie.
__device__ __forceinline__ long long sampleKey(float logit, int id) {
  return (long long)sampleSortable(logit) * 4294967296LL + (unsigned)~id;
}

__device__ __forceinline__ int sampleId(long long key) { return ~(int)(unsigned)key; }

// The largest of the block's keys, for every thread.
__device__ __forceinline__ long long sampleMax(long long key, SampleScratch* scratch) {
  for (int bit = 16; bit > 0; bit /= 2) {
    long long other = __shfl_xor_sync(0xffffffffu, key, bit);
    key = other > key ? other : key;
  }
  __syncthreads();
  if (threadIdx.x % 32 == 0) {
    scratch->keys[threadIdx.x / 32] = key;
  }
  __syncthreads();
  for (int warp = 0; warp < blockDim.x / 32; warp++) {
    key = scratch->keys[warp] > key ? scratch->keys[warp] : key;
  }
  return key;
}

// The sum of the values of the threads before this one; `total` is that of all.
__device__ __forceinline__ double sampleScan(
    double value, SampleScratch* scratch, double* total) {
  int lane = threadIdx.x % 32;
  double before = 0.0;
  double sum = value;
  for (int distance = 1; distance < 32; distance *= 2) {
    double other = __shfl_up_sync(0xffffffffu, sum, distance);
    sum = lane >= distance ? other + sum : sum;
  }
  double left = __shfl_up_sync(0xffffffffu, sum, 1);
  __syncthreads();
  if (lane == 31) {
    scratch->sums[threadIdx.x / 32] = sum;
  }
  __syncthreads();
  double all = 0.0;
  for (int warp = 0; warp < blockDim.x / 32; warp++) {
    before = warp == threadIdx.x / 32 ? all : before;
    all += scratch->sums[warp];
  }
  *total = all;
  return lane == 0 ? before : before + left;
}

__device__ __forceinline__ double sampleSum(double value, SampleScratch* scratch) {
  double total;
  sampleScan(value, scratch, &total);
  return total;
}

// The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
__device__ __forceinline__ unsigned long long sampleMix(unsigned long long z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

// A multiple of 2^-53 in [0,1): the runtime's StreamRandom.
__device__ __forceinline__ double sampleUniform(long long seed, long long index) {
  const unsigned long long golden = 0x9E3779B97F4A7C15ULL;
  unsigned long long key = sampleMix((unsigned long long)seed + golden);
  unsigned long long bits = sampleMix(key + golden * ((unsigned long long)index + 1));
  return (double)(bits >> 11) * (1.0 / 9007199254740992.0);
}

// One stream's logits; every thread has a run of neighbouring ids.
struct SampleRow {
  const float* logits;
  double* weights;  // (V) of exp((logit - largest) / temperature), zero when filtered out
  int vocabulary;
  int begin;
  int end;
};

// The first id whose cumulated weight exceeds the target; the last possible one by rounding.
__device__ __forceinline__ int sampleTake(
    SampleRow row, double uniform, SampleScratch* scratch) {
  double own = 0.0;
  for (int id = row.begin; id < row.end; id++) {
    own += row.weights[id];
  }
  double total;
  double reached = sampleScan(own, scratch, &total);
  double target = uniform * total;
  long long first = -(long long)row.vocabulary;
  long long last = -1;
  for (int id = row.begin; id < row.end; id++) {
    double weight = row.weights[id];
    reached += weight;
    if (weight > 0.0) {
      last = id;
      if (reached > target && first == -(long long)row.vocabulary) {
        first = -(long long)id;
      }
    }
  }
  first = sampleMax(first, scratch);
  last = sampleMax(last, scratch);
  return (int)(first == -(long long)row.vocabulary ? last : -first);
}

__device__ __forceinline__ void sampleWeigh(SampleRow row, float largest, double temperature) {
  for (int id = row.begin; id < row.end; id++) {
    row.weights[id] = exp((double)(row.logits[id] - largest) / temperature);
  }
}

// Drops tokens beyond the first topK by rank, and those before which the likelier ones reach topP
// of what topK left. Ranks are counted, not sorted: fine for a small vocabulary.
__device__ __forceinline__ void sampleKeepCounted(
    SampleRow row, int topK, double topP, long long* keys, SampleScratch* scratch) {
  for (int id = row.begin; id < row.end; id++) {
    keys[id] = sampleKey(row.logits[id], id);
  }
  __syncthreads();
  int id = row.begin;
  double left = 0.0;
  // A thread has more than one token only when the block is smaller than the vocabulary.
  unsigned kept = 0;
  double likelier[SAMPLE_SHARED_TOKENS / 256];
#pragma unroll
  for (int i = 0; i < SAMPLE_SHARED_TOKENS / 256; i++) {
    likelier[i] = 0.0;
    if (id + i < row.end) {
      long long own = keys[id + i];
      int rank = 0;
      double before = 0.0;
      for (int other = 0; other < row.vocabulary; other++) {
        bool above = keys[other] > own;
        rank += above;
        before += above ? row.weights[other] : 0.0;
      }
      likelier[i] = before;
      kept |= rank < topK ? 1u << i : 0u;
      left += rank < topK ? row.weights[id + i] : 0.0;
    }
  }
  double bound = topP * sampleSum(left, scratch);
#pragma unroll
  for (int i = 0; i < SAMPLE_SHARED_TOKENS / 256; i++) {
    if (id + i < row.end) {
      bool keep = (kept >> i & 1u) && (topP >= 1.0 || likelier[i] < bound);
      row.weights[id + i] = keep ? row.weights[id + i] : 0.0;
    }
  }
}

// The tokens that rank before a limit: all whose logit is above a value and the first few at it.
struct SampleCut {
  int value;          // in the form of sampleSortable
  double countAbove;
  double weightAbove;
  double countAt;     // kept of those at the value
  double weightOne;   // of each of those
};

__device__ __forceinline__ void sampleAbove(
    SampleRow row, int value, SampleScratch* scratch, double* count, double* weight) {
  double ownCount = 0.0;
  double ownWeight = 0.0;
  for (int id = row.begin; id < row.end; id++) {
    bool above = sampleSortable(row.logits[id]) > value;
    ownCount += above ? 1.0 : 0.0;
    ownWeight += above ? row.weights[id] : 0.0;
  }
  *count = sampleSum(ownCount, scratch);
  *weight = sampleSum(ownWeight, scratch);
}

// Finds the lowest value such that fewer than topK tokens with less than `bound` of weight are
// above it, by bisection of the 32-bit values.
__device__ __forceinline__ SampleCut sampleCut(
    SampleRow row, float largest, double topK, double bound, SampleScratch* scratch) {
  long long low = -2147483648LL;
  long long high = sampleSortable(largest);
  double count;
  double weight;
  while (low < high) {
    long long middle = low + (high - low) / 2;
    sampleAbove(row, (int)middle, scratch, &count, &weight);
    if (count < topK && weight < bound) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  SampleCut cut;
  cut.value = (int)low;
  sampleAbove(row, cut.value, scratch, &cut.countAbove, &cut.weightAbove);
  double ownTies = 0.0;
  double ownWeight = 0.0;
  for (int id = row.begin; id < row.end; id++) {
    bool tie = sampleSortable(row.logits[id]) == cut.value;
    ownTies += tie ? 1.0 : 0.0;
    ownWeight = tie ? row.weights[id] : ownWeight;
  }
  double ties = sampleSum(ownTies, scratch);
  double tieWeight = sampleSum(ownTies * ownWeight, scratch);
  cut.weightOne = ties > 0.0 ? tieWeight / ties : 0.0;
  cut.countAt = 0.0;
  while (cut.countAt < ties && cut.countAbove + cut.countAt < topK
         && cut.weightAbove + cut.countAt * cut.weightOne < bound) {
    cut.countAt += 1.0;
  }
  return cut;
}

// As sampleKeepCounted, for any vocabulary.
__device__ __forceinline__ void sampleKeepBisected(
    SampleRow row, float largest, int topK, double topP, SampleScratch* scratch) {
  double unlimited = 1e300;
  SampleCut cut;
  cut.value = 0;
  cut.countAt = 0.0;
  double bound = unlimited;
  if (topP < 1.0) {
    double total = 0.0;
    if (topK < row.vocabulary) {
      cut = sampleCut(row, largest, topK, unlimited, scratch);
      total = cut.weightAbove + cut.countAt * cut.weightOne;
    } else {
      for (int id = row.begin; id < row.end; id++) {
        total += row.weights[id];
      }
      total = sampleSum(total, scratch);
    }
    bound = topP * total;
  }
  cut = sampleCut(row, largest, topK, bound, scratch);
  double ownTies = 0.0;
  for (int id = row.begin; id < row.end; id++) {
    ownTies += sampleSortable(row.logits[id]) == cut.value ? 1.0 : 0.0;
  }
  double unused;
  double tie = sampleScan(ownTies, scratch, &unused);
  for (int id = row.begin; id < row.end; id++) {
    int value = sampleSortable(row.logits[id]);
    bool keep = value > cut.value || (value == cut.value && tie < cut.countAt);
    tie += value == cut.value ? 1.0 : 0.0;
    row.weights[id] = keep ? row.weights[id] : 0.0;
  }
}

// The token of the block's stream, or -1 when its logits are not finite.
template <bool SHARED>
__device__ __forceinline__ int sampleDraw(
    SampleRow row, SampleSettings settings, double uniform, long long* keys,
    SampleScratch* scratch) {
  long long best = -9223372036854775807LL - 1;
  long long bad = 0;
  for (int id = row.begin; id < row.end; id++) {
    float logit = row.logits[id];
    long long key = sampleKey(logit, id);
    best = key > best ? key : best;
    bad = logit < infinity() ? bad : 1;  // NaN or plus infinity
  }
  bad = sampleMax(bad, scratch);
  best = sampleMax(best, scratch);
  int likeliest = sampleId(best);
  float largest = row.logits[likeliest];
  if (bad || largest == -infinity()) {
    return -1;
  }
  if (settings.greedy) {
    return likeliest;
  }
  sampleWeigh(row, largest, settings.temperature);
  bool ranked = settings.topK > 0 && settings.topK < row.vocabulary;
  if (ranked || settings.topP < 1.0) {
    int topK = ranked ? settings.topK : row.vocabulary;
    if (SHARED) {
      sampleKeepCounted(row, topK, settings.topP, keys, scratch);
    } else {
      sampleKeepBisected(row, largest, topK, settings.topP, scratch);
    }
  }
  for (int id = row.begin; settings.minP > 0.0 && id < row.end; id++) {
    row.weights[id] = row.weights[id] < settings.minP ? 0.0 : row.weights[id];
  }
  return sampleTake(row, uniform, scratch);
}

struct SampleStreams {
  const float* logits;  // (S,V)
  int vocabulary;
  const SampleSettings* settings;
  const long long* seeds;  // (S)
  long long* draws;        // (S), tokens drawn since the stream's reset
  int* tokens;             // (S), what the next step feeds; 0 where nothing could be drawn
  int* drawn;              // (S), the same for the host, but -1 there
};

template <bool SHARED>
__device__ __forceinline__ void sampleStream(
    SampleStreams streams, double* weights, long long* keys, SampleScratch* scratch) {
  int stream = blockIdx.x;
  SampleRow row;
  row.logits = streams.logits + (long long)stream * streams.vocabulary;
  row.weights = weights;
  row.vocabulary = streams.vocabulary;
  int run = (row.vocabulary + (int)blockDim.x - 1) / (int)blockDim.x;
  row.begin = min((int)threadIdx.x * run, row.vocabulary);
  row.end = min(row.begin + run, row.vocabulary);
  long long index = streams.draws[stream];
  double uniform = sampleUniform(streams.seeds[stream], index);
  int token = sampleDraw<SHARED>(row, *streams.settings, uniform, keys, scratch);
  // Behind the draw's barriers, as every thread has read the counter.
  if (threadIdx.x == 0) {
    streams.draws[stream] = index + 1;
    streams.tokens[stream] = token < 0 ? 0 : token;
    streams.drawn[stream] = token;
  }
}

// For a vocabulary of at most 1024: 32 to 256 threads, enough for four tokens each.
extern "C" __global__ void __launch_bounds__(256) charlstm_sample_small(
    const float* logits, int vocabulary, const SampleSettings* settings, const long long* seeds,
    long long* draws, int* tokens, int* drawn) {
  __shared__ double weights[SAMPLE_SHARED_TOKENS];
  __shared__ long long keys[SAMPLE_SHARED_TOKENS];
  __shared__ SampleScratch scratch;
  SampleStreams streams = {logits, vocabulary, settings, seeds, draws, tokens, drawn};
  sampleStream<true>(streams, weights, keys, &scratch);
}

// For any vocabulary; weights (S,V) is scratch in device memory.
extern "C" __global__ void __launch_bounds__(1024) charlstm_sample_large(
    const float* logits, int vocabulary, const SampleSettings* settings, const long long* seeds,
    long long* draws, int* tokens, int* drawn, double* weights) {
  __shared__ SampleScratch scratch;
  SampleStreams streams = {logits, vocabulary, settings, seeds, draws, tokens, drawn};
  sampleStream<false>(
      streams, weights + (long long)blockIdx.x * vocabulary, 0, &scratch);
}
