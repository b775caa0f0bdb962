// Weights beside the parameters: an average of them, or an anchor.

__device__ inline float blended(float value, float target, float gain) {
  return fmaf(target - value, gain, value);
}

/**
 * values += (1 - decay) * (target - values) after an update: an average that follows the parameters,
 * or parameters that go towards an anchor. Does nothing when charlstm_update_decide said that there
 * is no update. Any grid.
 *
 * @param values (count)
 * @param target (count)
 * @param copy (count) half elements that follow the values, or 0
 * @param copyKind as for the rules
 * @param warmUp not 0 bounds the decay of update n by (1+n)/(10+n)
 */
extern "C" __global__ void charlstm_blend(
    const StepState* state,
    float* values,
    const float* target,
    void* copy,
    int copyKind,
    long long count,
    double decay,
    int warmUp) {
  if (!state->apply) {
    return;
  }
  double update = (double)state->updates;
  double bound = (1 + update) / (10 + update);
  float gain = (float)(1 - (warmUp && bound < decay ? bound : decay));
  long long quarter = count / 4;
  for (long long i = globalThread(); i < quarter; i += globalThreads()) {
    Floats4 v = load4(values, i);
    Floats4 t = load4(target, i);
    v.x = blended(v.x, t.x, gain);
    v.y = blended(v.y, t.y, gain);
    v.z = blended(v.z, t.z, gain);
    v.w = blended(v.w, t.w, gain);
    store4(values, i, v);
    storeCopy4(copy, copyKind, i, v);
  }
  long long i = 4 * quarter + globalThread();
  if (i < count) {
    values[i] = blended(values[i], target[i], gain);
    storeCopy(copy, copyKind, i, values[i]);
  }
}

/** Exchanges two blocks (count). Any grid. */
extern "C" __global__ void charlstm_exchange(float* first, float* second, long long count) {
  long long quarter = count / 4;
  for (long long i = globalThread(); i < quarter; i += globalThreads()) {
    Floats4 kept = load4(first, i);
    store4(first, i, load4(second, i));
    store4(second, i, kept);
  }
  long long i = 4 * quarter + globalThread();
  if (i < count) {
    float kept = first[i];
    first[i] = second[i];
    second[i] = kept;
  }
}
