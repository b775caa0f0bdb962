// Update rules over the flat block, in one pass with everything that reads or writes a parameter:
// the formulas of torch.optim, in the same order of operations as runtime's PlainOptimizers.

/** Coefficients of one update: those that are fixed, and the state's. */
struct Update {
  float firstDecay;   // beta1 or momentum
  float firstGain;    // 1 - firstDecay
  float secondDecay;  // beta2, alpha or rho
  float secondGain;   // 1 - secondDecay
  float epsilon;
  float weightDecay;  // added to the gradient
  int nesterov;
  int hasFirst;       // whether there is a buffer of the first moment
  int hasSecond;
  float elementBound;
  float gradientFactor;
  float inverseLossScale;
  float parameterScale;
  float stepSize;
  float rootSecondCorrection;
};

/** The clipped gradient with L2 weight decay. */
__device__ inline float decayedGradient(float gradient, float parameter, const Update& u) {
  float clipped = bounded(gradient * u.inverseLossScale, u.elementBound);
  return fmaf(parameter, u.weightDecay, clipped * u.gradientFactor);
}

__device__ inline float average(float old, float value, const Update& u) {
  return old * u.secondDecay + value * value * u.secondGain;
}

/** Kingma and Ba (2015); AdamW by parameterScale (Loshchilov and Hutter 2019). */
struct Adam {
  static __device__ inline float apply(
      float parameter, float gradient, float& mean, float& square, const Update& u) {
    mean = fmaf(gradient - mean, u.firstGain, mean);
    square = average(square, gradient, u);
    float denominator = sqrtf(square) / u.rootSecondCorrection + u.epsilon;
    return parameter * u.parameterScale - mean * u.stepSize / denominator;
  }
};

/** Gradient descent; the velocity is PyTorch's, with the learning rate outside of it. */
struct Sgd {
  static __device__ inline float apply(
      float parameter, float gradient, float& velocity, float&, const Update& u) {
    float direction = gradient;
    if (u.hasFirst) {
      velocity = velocity * u.firstDecay + gradient;
      direction = u.nesterov ? fmaf(velocity, u.firstDecay, gradient) : velocity;
    }
    return parameter - direction * u.stepSize;
  }
};

/** Tieleman and Hinton (2012), not centered; epsilon is outside the root. */
struct RmsProp {
  static __device__ inline float apply(
      float parameter, float gradient, float& square, float& velocity, const Update& u) {
    square = average(square, gradient, u);
    float direction = gradient / (sqrtf(square) + u.epsilon);
    if (u.hasSecond) {
      velocity = velocity * u.firstDecay + direction;
      direction = velocity;
    }
    return parameter - direction * u.stepSize;
  }
};

/** Zeiler (2012); epsilon is inside both roots. */
struct Adadelta {
  static __device__ inline float apply(
      float parameter, float gradient, float& square, float& deltas, const Update& u) {
    square = average(square, gradient, u);
    float delta = sqrtf(deltas + u.epsilon) / sqrtf(square + u.epsilon) * gradient;
    deltas = average(deltas, delta, u);
    return parameter - delta * u.stepSize;
  }
};

template <typename Rule>
__device__ inline float updated(
    float parameter, float gradient, float& first, float& second, const Update& u) {
  return Rule::apply(parameter, decayedGradient(gradient, parameter, u), first, second, u);
}

/** Kind of the copy of the parameters that the LSTM and the projection read. */
#define HALF_COPY_NONE 0
#define HALF_COPY_F16 1
#define HALF_COPY_BF16 2

__device__ inline void storeCopy4(void* copy, int kind, long long i, Floats4 p) {
  if (kind == HALF_COPY_F16) {
    store4((Half*)copy, i, p);
  } else if (kind == HALF_COPY_BF16) {
    store4((BFloat16*)copy, i, p);
  }
}

__device__ inline void storeCopy(void* copy, int kind, long long i, float p) {
  if (kind == HALF_COPY_F16) {
    roundTo(p, (Half*)copy + i);
  } else if (kind == HALF_COPY_BF16) {
    roundTo(p, (BFloat16*)copy + i);
  }
}

template <typename Rule>
__device__ inline void updateBlock(
    float* parameters,
    const float* gradients,
    float* firsts,
    float* seconds,
    void* copy,
    int copyKind,
    long long count,
    const Update& u) {
  long long quarter = count / 4;
  for (long long i = globalThread(); i < quarter; i += globalThreads()) {
    Floats4 p = load4(parameters, i);
    Floats4 g = load4(gradients, i);
    Floats4 a = u.hasFirst ? load4(firsts, i) : Floats4{0, 0, 0, 0};
    Floats4 b = u.hasSecond ? load4(seconds, i) : Floats4{0, 0, 0, 0};
    p.x = updated<Rule>(p.x, g.x, a.x, b.x, u);
    p.y = updated<Rule>(p.y, g.y, a.y, b.y, u);
    p.z = updated<Rule>(p.z, g.z, a.z, b.z, u);
    p.w = updated<Rule>(p.w, g.w, a.w, b.w, u);
    store4(parameters, i, p);
    if (u.hasFirst) {
      store4(firsts, i, a);
    }
    if (u.hasSecond) {
      store4(seconds, i, b);
    }
    storeCopy4(copy, copyKind, i, p);
  }
  long long i = 4 * quarter + globalThread();
  if (i < count) {
    float a = u.hasFirst ? firsts[i] : 0.0f;
    float b = u.hasSecond ? seconds[i] : 0.0f;
    float p = updated<Rule>(parameters[i], gradients[i], a, b, u);
    parameters[i] = p;
    if (u.hasFirst) {
      firsts[i] = a;
    }
    if (u.hasSecond) {
      seconds[i] = b;
    }
    storeCopy(copy, copyKind, i, p);
  }
}

/*
 * charlstm_{adam,sgd,rmsprop,adadelta}: does nothing when charlstm_update_decide said so. Any grid.
 *
 * @param parameters (count)
 * @param gradients (count), with the loss scale in them; left as they are
 * @param firsts (count): exp_avg; momentum_buffer of SGD, or 0; square_avg of the others
 * @param seconds (count): exp_avg_sq, acc_delta; momentum_buffer of RMSProp, or 0; 0 for SGD
 * @param copy (count) half elements that follow the parameters, or 0
 * @param copyKind 0 no copy, 1 half, 2 bfloat16
 */
#define OPTIMIZER(name, rule)                                                                 \
  extern "C" __global__ void name(                                                            \
      const StepState* state,                                                                 \
      float* parameters,                                                                      \
      const float* gradients,                                                                 \
      float* firsts,                                                                          \
      float* seconds,                                                                         \
      void* copy,                                                                             \
      int copyKind,                                                                           \
      long long count,                                                                        \
      float firstDecay,                                                                       \
      float firstGain,                                                                        \
      float secondDecay,                                                                      \
      float secondGain,                                                                       \
      float epsilon,                                                                          \
      float weightDecay,                                                                      \
      int nesterov) {                                                                         \
    if (!state->apply) {                                                                      \
      return;                                                                                 \
    }                                                                                         \
    Update u = {                                                                              \
        firstDecay, firstGain, secondDecay, secondGain, epsilon, weightDecay, nesterov,       \
        firsts != nullptr, seconds != nullptr, state->elementBound, state->gradientFactor,    \
        state->inverseLossScale, state->parameterScale, state->stepSize,                      \
        state->rootSecondCorrection};                                                         \
    updateBlock<rule>(parameters, gradients, firsts, seconds, copy, copyKind, count, u);      \
  }

OPTIMIZER(charlstm_adam, Adam)
OPTIMIZER(charlstm_sgd, Sgd)
OPTIMIZER(charlstm_rmsprop, RmsProp)
OPTIMIZER(charlstm_adadelta, Adadelta)
