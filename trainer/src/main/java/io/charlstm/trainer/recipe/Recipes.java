package io.charlstm.trainer.recipe;

import io.charlstm.trainer.ConfigException;
import io.charlstm.trainer.Presets;
import io.charlstm.trainer.RunConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.tomlj.Toml;
import org.tomlj.TomlArray;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;

/** The recipes there are, kept as readable TOML resources. */
public final class Recipes {
  private static final List<String> NAMES =
      List.of(
          "mxnet-obama",
          "mxnet-r-shakespeare",
          "flux-shakespeare",
          "tf-warpeace",
          "char-rnn",
          "shakespeare");

  private Recipes() {}

  public static List<String> names() {
    return NAMES;
  }

  /**
   * A recipe.
   *
   * @throws ConfigException when there is none of that name
   */
  public static Recipe load(String name) {
    if (!NAMES.contains(name)) {
      throw new ConfigException(
          "unknown recipe '" + name + "'; recipes are " + String.join(", ", NAMES));
    }
    return parse(name, text(name));
  }

  static Recipe parse(String name, String text) {
    TomlParseResult toml = Toml.parse(text);
    if (toml.hasErrors()) {
      throw new ConfigException("recipe " + name + ": " + toml.errors().getFirst().getMessage());
    }
    String preset = toml.getString("preset");
    RunConfig base = preset == null ? RunConfig.defaults() : Presets.load(preset);
    return new Recipe(
        name,
        text.lines().findFirst().orElse("").replaceFirst("^#\\s*", ""),
        Optional.ofNullable(toml.getString("corpus")),
        toml.getString("corpus_hint", () -> ""),
        "speedometer".equals(toml.getString("log_style")),
        base.withTable(toml.getTable("config"), "recipe " + name),
        sample(toml.getTable("sample")),
        figures(toml.getArray("figure")));
  }

  private static RecipeSample sample(TomlTable table) {
    return new RecipeSample(
        table.getString("prompt", () -> ""),
        table.getBoolean("random_start", () -> false),
        Math.toIntExact(table.getLong("length")),
        number(table, "temperature", 1),
        table.getBoolean("greedy", () -> false));
  }

  private static List<RecipeFigure> figures(TomlArray tables) {
    List<RecipeFigure> figures = new ArrayList<>();
    for (int i = 0; tables != null && i < tables.size(); i++) {
      TomlTable table = tables.getTable(i);
      figures.add(
          new RecipeFigure(
              table.getString("name"),
              table.getString("event"),
              table.getString("metric"),
              table.contains("at")
                  ? OptionalDouble.of(number(table, "at", 0))
                  : OptionalDouble.empty(),
              number(table, "factor", 1),
              number(table, "theirs", Double.NaN)));
    }
    return figures;
  }

  private static double number(TomlTable table, String key, double otherwise) {
    return table.get(key) instanceof Number number ? number.doubleValue() : otherwise;
  }

  private static String text(String name) {
    try (InputStream in = Recipes.class.getResourceAsStream(name + ".toml")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
