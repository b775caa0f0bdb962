package io.charlstm.trainer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/** Named configurations, kept as readable TOML resources. */
public final class Presets {
  /** Preset used when none is named. */
  public static final String DEFAULT = "small";

  private static final List<String> NAMES =
      List.of(
          DEFAULT,
          "medium",
          "large",
          "shakespeare",
          "mxnet-r-shakespeare",
          "mxnet-obama",
          "flux-shakespeare",
          "tf-warpeace");

  private Presets() {}

  public static List<String> names() {
    return NAMES;
  }

  /**
   * A preset's configuration; what its file leaves out is at its default.
   *
   * @throws ConfigException when there is no such preset
   */
  public static RunConfig load(String name) {
    String text = text(name);
    String origin = "preset " + name;
    return RunConfig.defaults()
        .withValues(RunConfigToml.values(RunConfigToml.document(text, origin), origin));
  }

  /** One line on a preset: the first comment of its file. */
  public static String description(String name) {
    return text(name).lines().findFirst().orElse("").replaceFirst("^#\\s*", "");
  }

  /** Vocabulary size of the text that a preset was made for; what benchmarks use. */
  public static int typicalVocabulary(String name) {
    return switch (name) {
      case "mxnet-obama" -> 84;
      case "tf-warpeace" -> 83;
      default -> 65; // tinyshakespeare
    };
  }

  /** A preset's file. */
  public static String text(String name) {
    if (!NAMES.contains(name)) {
      throw new ConfigException(
          String.format(
              Locale.ROOT,
              "unknown preset '%s'%s; presets are %s",
              name,
              NearestName.hint(name, NAMES),
              String.join(", ", NAMES)));
    }
    try (InputStream in = Presets.class.getResourceAsStream("presets/" + name + ".toml")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
