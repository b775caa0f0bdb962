// Setting the state, and the beginning and end of windows and steps: they keep scalars out of the
// graphs. Where no grid is named only the first thread works.

/** First use of a state: nothing trained, no results. */
extern "C" __global__ void charlstm_state_init(
    StepState* state, float lossScale, int lossScaleInterval) {
  if (globalThread() == 0) {
    StepState fresh = {};
    fresh.epochWindows = 1;
    fresh.firstSkipped = -1;
    fresh.finiteNorm = __longlong_as_double(0x7ff8000000000000LL);
    fresh.norm = 0;
    fresh.lossScale = lossScale;
    fresh.lossScaleInterval = lossScaleInterval;
    *state = fresh;
  }
}

/** Masks of a window that the host hands over. */
extern "C" __global__ void charlstm_set_dropout(
    StepState* state, long long seed, long long dropoutStep) {
  if (globalThread() == 0) {
    state->dropoutSeed = seed;
    state->dropoutStep = dropoutStep;
  }
}

/** Coefficients of an update that the host asks for. */
extern "C" __global__ void charlstm_set_update(
    StepState* state, double learningRate, double clipNorm, double clipValue) {
  if (globalThread() == 0) {
    state->learningRate = learningRate;
    state->clipNorm = clipNorm;
    state->clipValue = clipValue;
  }
}

/** Updates applied so far, when a run goes on. */
extern "C" __global__ void charlstm_set_updates(StepState* state, long long updates) {
  if (globalThread() == 0) {
    state->updates = updates;
  }
}

/** What all steps over a text have in common. */
extern "C" __global__ void charlstm_set_corpus(
    StepState* state, long long epochWindows, long long seed, double clipNorm, double clipValue) {
  if (globalThread() == 0) {
    state->epochWindows = epochWindows;
    state->dropoutSeed = seed;
    state->clipNorm = clipNorm;
    state->clipValue = clipValue;
  }
}

/** The step that comes next, and its first window. */
extern "C" __global__ void charlstm_set_position(
    StepState* state, long long step, long long window) {
  if (globalThread() == 0) {
    state->step = step;
    state->window = window;
    state->stepLoss.nats = 0;
    state->stepLoss.count = 0;
  }
}

/** The chunk of lanes that the next windows are in; fields as in StepState. */
extern "C" __global__ void charlstm_set_chunk(
    StepState* state, long long first, long long windows, long long offset) {
  if (globalThread() == 0) {
    state->chunkFirst = first;
    state->chunkWindows = windows;
    state->chunkOffset = offset;
  }
}

/** Forgets the results of the steps so far. */
extern "C" __global__ void charlstm_reset_results(StepState* state) {
  if (globalThread() == 0) {
    state->totalLoss.nats = 0;
    state->totalLoss.count = 0;
    state->skipped = 0;
    state->firstSkipped = -1;
    state->skippedInARow = 0;
    state->overflows = 0;
    state->finiteNorm = __longlong_as_double(0x7ff8000000000000LL);
  }
}

__device__ inline void clearState(unsigned short* h, unsigned short* c, long long count) {
  long long quarter = count / 4;
  for (long long i = globalThread(); i < quarter; i += globalThreads()) {
    ((Halves4*)h)[i] = {0, 0, 0, 0};
    ((Halves4*)c)[i] = {0, 0, 0, 0};
  }
  long long i = 4 * quarter + globalThread();
  if (i < count) {
    h[i] = 0;
    c[i] = 0;
  }
}

/**
 * Takes the window's tokens from the lanes, and sets h and c to zero where an epoch starts. Any
 * grid.
 *
 * @param lanes the chunks on the device, each (B,n*T+1)
 * @param inputs receives (T,B)
 * @param targets receives (T,B): the tokens that follow
 * @param h (L,B,H) of float or half elements, as stateCount 16-bit words
 * @param c like h
 */
extern "C" __global__ void charlstm_window_begin(
    StepState* state,
    const int* lanes,
    int* inputs,
    int* targets,
    unsigned short* h,
    unsigned short* c,
    long long stateCount,
    int steps,
    int batch) {
  long long window = state->window;
  long long inEpoch = window % state->epochWindows;
  long long stride = state->chunkWindows * steps + 1;
  const int* text = lanes + state->chunkOffset + (inEpoch - state->chunkFirst) * steps;
  long long thread = globalThread();
  for (long long i = thread; i < (long long)steps * batch; i += globalThreads()) {
    const int* token = text + (i % batch) * stride + i / batch;
    inputs[i] = token[0];
    targets[i] = token[1];
  }
  if (inEpoch == 0) {
    clearState(h, c, stateCount);
  }
  if (thread == 0) {
    state->dropoutStep = window;
  }
}

/** Goes on to the next window. */
extern "C" __global__ void charlstm_window_end(StepState* state) {
  if (globalThread() == 0) {
    state->window += 1;
  }
}

/** Sets h and c to zero when the step was not finite; arguments as in window_begin, any grid. */
extern "C" __global__ void charlstm_step_end(
    const StepState* state, unsigned short* h, unsigned short* c, long long stateCount) {
  if (state->restart) {
    clearState(h, c, stateCount);
  }
}
