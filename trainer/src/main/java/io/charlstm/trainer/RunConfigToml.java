package io.charlstm.trainer;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.tomlj.Toml;
import org.tomlj.TomlParseError;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlTable;

/** Configuration keys from and to TOML: flat {@code key = value} lines under comment headings. */
final class RunConfigToml {
  /** Table of a run folder's config.toml that is about the run, not a configuration key. */
  static final String RUN_TABLE = "run";

  // A configuration is some 50 short lines; anything larger is not one.
  private static final long MAX_BYTES = 1 << 20;

  private RunConfigToml() {}

  /**
   * Keys and typed values of a file.
   *
   * @throws ConfigException when it cannot be read, is not TOML, or holds an unknown key or value
   */
  static Map<String, Object> read(Path file) {
    return values(document(file), file.toString());
  }

  static TomlParseResult document(Path file) {
    try {
      if (Files.isDirectory(file)) {
        throw new ConfigException(file + " is a folder; name a TOML file");
      }
      if (Files.size(file) > MAX_BYTES) {
        throw new ConfigException(file + " is too large for a configuration file");
      }
      return document(Files.readString(file, StandardCharsets.UTF_8), file.toString());
    } catch (NoSuchFileException e) {
      throw new ConfigException("configuration file " + file + " does not exist", e);
    } catch (CharacterCodingException e) {
      throw new ConfigException("configuration file " + file + " is not UTF-8 text", e);
    } catch (IOException e) {
      throw new ConfigException("configuration file " + file + " cannot be read: " + e, e);
    }
  }

  static TomlParseResult document(String text, String origin) {
    TomlParseResult result = Toml.parse(text);
    if (result.hasErrors()) {
      TomlParseError error = result.errors().getFirst();
      throw new ConfigException(
          String.format(
              Locale.ROOT,
              "%s:%d: %s",
              origin,
              error.position().line(),
              error.getMessage().replaceAll("\\s+", " ")),
          error);
    }
    return result;
  }

  static Map<String, Object> values(TomlTable document, String origin) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (String name : document.keySet()) {
      if (name.equals(RUN_TABLE) && document.isTable(name)) {
        continue;
      }
      try {
        values.put(name, RunConfig.key(name).check(document.get(List.of(name))));
      } catch (ConfigException e) {
        int line = document.inputPositionOf(List.of(name)).line();
        throw new ConfigException(
            String.format(Locale.ROOT, "%s:%d: %s", origin, line, e.getMessage()), e);
      }
    }
    return values;
  }

  static String write(RunConfig config) {
    StringBuilder out = new StringBuilder("# charlstm configuration: every value\n");
    String group = "";
    for (ConfigKey key : RunConfig.keys()) {
      if (!key.group().equals(group)) {
        group = key.group();
        out.append("\n# ").append(group).append('\n');
      }
      out.append(key.name()).append(" = ").append(literal(config.get(key.name()))).append('\n');
    }
    return out.toString();
  }

  /** A TOML literal; Double.toString reads back as the same double. */
  static String literal(Object value) {
    return value instanceof String text ? quote(text) : value.toString();
  }

  /** A TOML basic string. */
  static String quote(String text) {
    StringBuilder out = new StringBuilder("\"");
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                case '\r' -> out.append("\\r");
                default -> {
                  if (c < 0x20 || c == 0x7F || (c >= 0xD800 && c <= 0xDFFF)) {
                    out.append(String.format(Locale.ROOT, "\\u%04X", c));
                  } else {
                    out.appendCodePoint(c);
                  }
                }
              }
            });
    return out.append('"').toString();
  }
}
