package io.charlstm.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChildJvmTest {
  /** Started by the tests. */
  static final class Echo {
    private Echo() {}

    public static void main(String[] arguments) {
      if (arguments[0].equals("fail")) {
        System.exit(3);
      }
      System.out.println(arguments[0] + " " + System.getenv("CHARLSTM_ECHO"));
    }
  }

  @Test
  void benchmarksRunWithTheOptionsOfTheLauncher() throws IOException {
    String launcher = Files.readString(Path.of("../charlstm"));
    for (String option : ChildJvm.LAUNCHER_OPTIONS) {
      assertThat(launcher).contains(option);
    }
  }

  @Test
  void linesComeBackAndFailuresAreSeen() {
    ChildJvm child = ChildJvm.of(Echo.class).environment("CHARLSTM_ECHO", "there");
    assertThat(child.arguments("hello").run()).isEqualTo(List.of("hello there"));
    assertThatThrownBy(() -> ChildJvm.of(Echo.class).arguments("fail").run())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Echo failed with status 3");
  }
}
