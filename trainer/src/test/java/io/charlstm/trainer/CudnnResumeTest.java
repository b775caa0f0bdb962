package io.charlstm.trainer;

import io.charlstm.runtime.BackendOptions;
import io.charlstm.runtime.Backends;
import io.charlstm.testing.cuda.CudaDouble;
import io.charlstm.testing.cuda.OnCudaDouble;
import io.charlstm.trainer.TrainingEvent.Evaluation;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

/** Exact resume on a GPU, which makes its steps without the host, several at a time. */
@Tag(CudaDouble.TAG)
@ExtendWith(OnCudaDouble.class)
class CudnnResumeTest extends ResumeContractTest {
  @Override
  Trainer.BackendFactory backends() {
    return options -> Backends.create(BackendOptions.of("cuda", 0));
  }

  /** Without {@link HookedBackend}, which would see to each update on the host. */
  @Override
  void train(TinyRun tiny, TrainingRequest request) {
    Trainer.train(request, event -> {}, backends());
  }

  /** Stops at the first evaluation after the step. */
  @Override
  void trainUntil(TinyRun tiny, TrainingRequest request, int step) {
    Trainer.train(
        request,
        event -> {
          if (event instanceof Evaluation evaluation && evaluation.step() >= step) {
            request.stop().request();
          }
        },
        backends());
  }
}
