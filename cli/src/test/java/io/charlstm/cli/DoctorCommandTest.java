package io.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.charlstm.bindings.cuda.CudaStack;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

final class DoctorCommandTest {
  @Test
  void aMachineWithoutAGpuIsFit() {
    Invocation doctor = Invocation.of("doctor", "--json");
    assertThat(doctor.code()).as(doctor.out()).isEqualTo(ExitCode.OK);
    Map<String, Object> report = Json.object(doctor.out());
    assertThat(report).containsEntry("ok", true);
    assertThat(report)
        .containsKeys("gpu", "cuda_driver", "cuda_runtime", "nvrtc", "cublaslt", "cudnn", "nccl");
    assertThat(report.get("gpu"))
        .asInstanceOf(InstanceOfAssertFactories.MAP)
        .containsEntry("ok", CudaStack.isAvailable());
  }

  @Test
  void whatIsMissingHasItsCureBelow() {
    String text = Invocation.of("doctor").out();
    for (var found : CudaStack.findings()) {
      assertThat(text).contains(found.library());
      found.cure().ifPresent(cure -> assertThat(text).contains("-> " + cure));
    }
  }
}
