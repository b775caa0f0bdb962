package io.charlstm.runtime.safetensors;

import static org.assertj.core.api.Assertions.assertThatCode;

import org.junit.jupiter.api.Test;

class PrepareTest {
  @Test
  void theExerciseReadsAValidHeader() {
    assertThatCode(SafetensorsFile::prepare).doesNotThrowAnyException();
  }
}
