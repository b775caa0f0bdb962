package io.charlstm.sampler;

import io.charlstm.data.TokenMode;
import io.charlstm.data.Vocabulary;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/** The configuration and the vocabulary as the JSON texts that stand in a model's metadata. */
final class SpecJson {
  private static final String BYTES = "bytes";
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          // Faster for many numbers; for a few it takes milliseconds to load.
          .disable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(2)
                  .maxNumberLength(40)
                  .maxNameLength(256)
                  .maxStringLength(1 << 16)
                  .build())
          .build();

  /** The body of a reader or writer. */
  private interface Read<T> {
    T from(JsonParser json);
  }

  private SpecJson() {}

  static String write(Map<String, Object> config) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
      json.writeStartObject();
      config.forEach(
          (key, value) -> {
            json.writeName(key);
            writeValue(json, value);
          });
      json.writeEndObject();
    }
    return text.toString();
  }

  @SuppressWarnings("IfChainToSwitch") // for a switch the JVM makes a class at each start
  private static void writeValue(JsonGenerator json, Object value) {
    if (value instanceof String text) {
      json.writeString(text);
    } else if (value instanceof Long number) {
      json.writeNumber(number);
    } else if (value instanceof Double number) {
      json.writeNumber(number);
    } else if (value instanceof Boolean flag) {
      json.writeBoolean(flag);
    } else {
      throw new IllegalArgumentException("not a plain value: " + value);
    }
  }

  static String write(Vocabulary vocabulary) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
      if (vocabulary.mode() == TokenMode.BYTES) {
        json.writeString(BYTES);
      } else {
        int[] codePoints = vocabulary.codePoints();
        json.writeArray(codePoints, 0, codePoints.length);
      }
    }
    return text.toString();
  }

  /**
   * A flat object of strings, numbers and booleans.
   *
   * @throws IllegalArgumentException in one line
   */
  static Map<String, Object> readConfig(String text) {
    return read(text, "configuration", SpecJson::config);
  }

  /**
   * {@code "bytes"}, or an array of code points in id order.
   *
   * @throws IllegalArgumentException in one line
   */
  static Vocabulary readVocabulary(String text) {
    return read(text, "vocabulary", SpecJson::vocabulary);
  }

  private static <T> T read(String text, String what, Read<T> body) {
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), text)) {
      json.nextToken();
      T result = body.from(json);
      if (json.nextToken() != null) {
        throw new IllegalArgumentException("its " + what + " goes on after its end");
      }
      return result;
    } catch (JacksonException e) {
      String line = e.getOriginalMessage().lines().findFirst().orElse("");
      throw new IllegalArgumentException("its " + what + " is not valid JSON: " + line, e);
    }
  }

  private static Map<String, Object> config(JsonParser json) {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw new IllegalArgumentException("its configuration is not a JSON object");
    }
    Map<String, Object> config = new LinkedHashMap<>();
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String key = json.currentName();
      config.put(key, value(json, key));
    }
    return config;
  }

  private static Object value(JsonParser json, String key) {
    JsonToken token = json.nextToken();
    if (token == null) {
      throw notPlain(key);
    }
    return switch (token) {
      case VALUE_STRING -> json.getString();
      case VALUE_NUMBER_INT -> json.getLongValue();
      case VALUE_NUMBER_FLOAT -> finite(json.getDoubleValue(), key);
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> throw notPlain(key);
    };
  }

  private static IllegalArgumentException notPlain(String key) {
    return new IllegalArgumentException(
        "its configuration key " + key + " is not a string, number or boolean");
  }

  private static Double finite(double value, String key) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("its configuration key " + key + " is out of range");
    }
    return value;
  }

  private static Vocabulary vocabulary(JsonParser json) {
    if (json.currentToken() == JsonToken.VALUE_STRING && json.getString().equals(BYTES)) {
      return Vocabulary.bytes();
    }
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw new IllegalArgumentException("its vocabulary is neither \"bytes\" nor an array");
    }
    IntStream.Builder codePoints = IntStream.builder();
    int count = 0;
    while (json.nextToken() == JsonToken.VALUE_NUMBER_INT) {
      if (++count > Character.MAX_CODE_POINT + 1) {
        throw new IllegalArgumentException("its vocabulary is longer than Unicode");
      }
      codePoints.add(json.getIntValue());
    }
    if (json.currentToken() != JsonToken.END_ARRAY) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "its vocabulary's entry %d is not a whole number", count));
    }
    return Vocabulary.ofCodePoints(codePoints.build().toArray());
  }
}
