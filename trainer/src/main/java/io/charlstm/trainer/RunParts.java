package io.charlstm.trainer;

import java.util.Optional;

/** What the training loop works with; whoever made the parts closes them. */
record RunParts(
    RunConfig config,
    TrainingData data,
    TrainingState state,
    StepRunner steps,
    Optional<Evaluator> evaluator,
    Optional<Evaluator> probe,
    SampleWriter samples,
    CheckpointWriter checkpoints) {}
