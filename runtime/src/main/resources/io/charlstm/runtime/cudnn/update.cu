// The global gradient norm, and what follows from it: whether this step updates, with which
// coefficients, and what the step did. Same rules as ReferenceUpdater, in the same order.

/** What PyTorch's clip_grad_norm_ adds to the norm. */
#define NORM_EPSILON 1e-6

/** Loss scaling: the scale is halved at an overflow, never below 1, and doubled up to 2^24. */
#define LARGEST_LOSS_SCALE 16777216.0f

/**
 * Square of a gradient without loss scale, bounded by value. With a loss scale that adapts, an
 * overflow must show although the bound would hide it.
 */
__device__ inline double square(float gradient, float inverseScale, float bound, bool adapts) {
  float raw = gradient * inverseScale;
  double value = adapts && !isfinite(raw) ? raw - raw : bounded(raw, bound);
  return value * value;
}

__device__ inline float elementBound(const StepState* state) {
  return state->clipValue > 0 ? (float)state->clipValue : infinity();
}

/**
 * Sums of squares, in double: one for each block of any grid, which fixes the order.
 *
 * @param gradients (count), the flat block with the loss scale in it
 * @param partials receives (gridDim)
 */
extern "C" __global__ void charlstm_norm_partials(
    const StepState* state, const float* gradients, double* partials, long long count) {
  __shared__ double scratch[32];
  float inverse = 1.0f / state->lossScale;
  float bound = elementBound(state);
  bool adapts = state->lossScaleInterval > 0;
  double sum = 0;
  long long quarter = count / 4;
#pragma unroll 2
  for (long long i = globalThread(); i < quarter; i += globalThreads()) {
    Floats4 g = load4(gradients, i);
    double xy = square(g.x, inverse, bound, adapts) + square(g.y, inverse, bound, adapts);
    double zw = square(g.z, inverse, bound, adapts) + square(g.w, inverse, bound, adapts);
    sum += xy + zw;
  }
  long long i = 4 * quarter + globalThread();
  if (i < count) {
    sum += square(gradients[i], inverse, bound, adapts);
  }
  sum = blockSum(sum, scratch);
  if (threadIdx.x == 0) {
    partials[blockIdx.x] = sum;
  }
}

/** Coefficients of an update that counts, rounded from double once, as PyTorch does. */
__device__ inline void setCoefficients(
    StepState* state, double rate, double beta1, double beta2, double decoupledDecay) {
  state->updates += 1;
  double step = (double)state->updates;
  state->stepSize = (float)(rate / (1 - pow(beta1, step)));
  state->rootSecondCorrection = (float)sqrt(1 - pow(beta2, step));
  state->parameterScale = (float)(1 - rate * decoupledDecay);
  double factor = state->clipNorm / (state->norm + NORM_EPSILON);
  state->gradientFactor = state->clipNorm > 0 && factor < 1 ? (float)factor : 1.0f;
  state->elementBound = elementBound(state);
  state->inverseLossScale = 1.0f / state->lossScale;
}

/** Doubles the loss scale after enough updates with it, as PyTorch's GradScaler does. */
__device__ inline void growLossScale(StepState* state) {
  if (state->lossScaleInterval == 0) {
    return;
  }
  state->updatesAtScale += 1;
  if (state->updatesAtScale >= state->lossScaleInterval) {
    state->updatesAtScale = 0;
    state->lossScale = fminf(2 * state->lossScale, LARGEST_LOSS_SCALE);
  }
}

/** Adds the step under way to the results. */
__device__ inline void countStep(StepState* state, bool finite, bool overflow) {
  if (finite || overflow) {
    state->totalLoss.nats += state->stepLoss.nats;
    state->totalLoss.count += state->stepLoss.count;
    state->skippedInARow = 0;
  } else {
    state->skipped += 1;
    state->skippedInARow += 1;
    state->firstSkipped = state->firstSkipped < 0 ? state->step : state->firstSkipped;
  }
  if (finite) {
    state->finiteNorm = state->norm;
  }
  if (overflow) {
    state->overflows += 1;
  }
  state->stepLoss.nats = 0;
  state->stepLoss.count = 0;
  state->step += 1;
}

/**
 * Decides about the update. One block.
 *
 * <p>Of a step over a text (overText not 0) a loss that is not finite also forbids it, and the step
 * enters the results; the learning rate is that of step s at s % rateCount. A gradient that
 * overflows although the loss is finite lowers an adaptive loss scale instead of counting as a
 * step that is not finite, unless the scale is 1 already.
 *
 * @param partials (count), from charlstm_norm_partials
 * @param rates (rateCount) of steps over a text; else 0, and the state's rate counts
 * @param beta1 decay of Adam's first moment; 0 for the other rules
 * @param beta2 decay of Adam's second moment; 0 for the other rules
 * @param decoupledDecay weight decay of AdamW; 0 for the other rules
 */
extern "C" __global__ void charlstm_update_decide(
    StepState* state,
    const double* partials,
    int count,
    const double* rates,
    int rateCount,
    double beta1,
    double beta2,
    double decoupledDecay,
    int overText) {
  __shared__ double scratch[32];
  double sum = 0;
  for (int i = threadIdx.x; i < count; i += blockDim.x) {
    sum += partials[i];
  }
  sum = blockSum(sum, scratch);
  if (threadIdx.x != 0) {
    return;
  }
  state->norm = sqrt(sum);
  bool normFinite = isfinite(state->norm);
  bool lossFinite = !overText || isfinite(state->stepLoss.nats);
  bool finite = normFinite && lossFinite;
  bool overflow =
      lossFinite && !normFinite && state->lossScaleInterval > 0 && state->lossScale > 1;
  if (finite) {
    double rate = rates ? rates[state->step % rateCount] : state->learningRate;
    setCoefficients(state, rate, beta1, beta2, decoupledDecay);
    growLossScale(state);
  } else if (overflow) {
    state->lossScale *= 0.5f;
    state->updatesAtScale = 0;
  }
  state->apply = finite;
  state->restart = overText && !finite && !overflow;
  if (overText) {
    countStep(state, finite, overflow);
  }
}
