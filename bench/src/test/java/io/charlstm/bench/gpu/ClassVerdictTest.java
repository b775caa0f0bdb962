package io.charlstm.bench.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClassVerdictTest {
  private static ClassVerdict verdict(int exitCode, String... lines) {
    return new ClassVerdict("x.SomeTest", 1.25, exitCode, String.join("\n", lines) + "\n");
  }

  @Test
  void theLastLineTellsWhatCameOfTheTests() {
    ClassVerdict passed = verdict(0, "a() ... SUCCESSFUL", ClassVerdict.lastLine(7, 0, 2));
    assertThat(passed.isFailure()).isFalse();
    assertThat(passed.line())
        .isEqualTo("ok       1.3 s  x.SomeTest: 7 passed, 0 failed, 2 skipped");
    ClassVerdict failed = verdict(1, ClassVerdict.lastLine(6, 1, 0));
    assertThat(failed.isFailure()).isTrue();
    assertThat(failed.isCutOff()).isFalse();
    assertThat(failed.failed()).isOne();
  }

  @Test
  void aProcessThatEndsEarlyFailed() {
    ClassVerdict aborted = verdict(134, "a() ... ");
    assertThat(aborted.isCutOff()).isTrue();
    assertThat(aborted.line()).startsWith("FAILED").endsWith(", ended early with exit code 134");
    // Without an exit code of its own, or after its last line.
    assertThat(verdict(0, "a() ... ").isCutOff()).isTrue();
    assertThat(verdict(139, ClassVerdict.lastLine(7, 0, 0)).isFailure()).isTrue();
  }

  @Test
  void whatATestPrintsIsNoVerdict() {
    assertThat(verdict(1, "the verdict: 1 passed, 0 failed, 0 skipped").isCutOff()).isTrue();
  }
}
