package io.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.charlstm.trainer.ConfigKey;
import io.charlstm.trainer.Presets;
import io.charlstm.trainer.RunConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The README's tables are complete and agree with the program. */
final class ReadmeTest {
  private static String readme;

  @BeforeAll
  static void read() throws IOException {
    readme = Files.readString(Path.of("..", "README.md"), StandardCharsets.UTF_8);
  }

  @Test
  void everyConfigurationKeyIsThereWithItsDefaultAndChoices() {
    for (ConfigKey key : RunConfig.keys()) {
      String row =
          readme
              .lines()
              .filter(line -> line.startsWith("| `" + key.name() + "` |"))
              .findFirst()
              .orElseThrow(() -> new AssertionError("README.md lacks " + key.name()));
      String shown = row.split("\\|", -1)[2].strip();
      if (key.defaultValue() instanceof Number number) {
        assertThat(Double.parseDouble(shown)).as(row).isEqualTo(number.doubleValue());
      } else {
        String text = key.defaultValue().toString();
        assertThat(shown).as(row).isEqualTo(text.isEmpty() ? "(empty)" : text);
      }
      key.choices().forEach(choice -> assertThat(row).contains(choice));
    }
  }

  @Test
  void everyPresetAndCommandIsThere() {
    assertThat(readme).contains(Presets.names());
    assertThat(readme)
        .contains(
            "| `train` |",
            "| `sample` |",
            "| `evaluate` |",
            "| `info` |",
            "| `export` |",
            "| `recipe` |",
            "| `bench` |",
            "| `doctor` |",
            "| `setup-gpu` |",
            "| `data` |");
  }
}
