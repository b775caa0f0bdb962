package io.charlstm.trainer;

import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Builds one JSON object without line breaks. Numbers that are not finite become null. */
public final class JsonLine {
  private static final JsonFactory FACTORY = new JsonFactory();

  private final StringWriter text = new StringWriter();
  private final JsonGenerator json =
      FACTORY.createGenerator(ObjectWriteContext.empty(), text).writeStartObject();

  /** Starts an object. */
  public JsonLine() {}

  /**
   * Adds an entry.
   *
   * @param value String, Long, Integer, Double, Boolean, null, or a Map or List of these
   */
  public JsonLine put(String name, Object value) {
    json.writeName(name);
    write(value);
    return this;
  }

  /** The finished object; nothing can be put any more. */
  public String finish() {
    json.writeEndObject().close();
    return text.toString();
  }

  @SuppressWarnings("IfChainToSwitch") // for a switch the JVM makes a class at each start
  private void write(Object value) {
    if (value == null || (value instanceof Double number && !Double.isFinite(number))) {
      json.writeNull();
    } else if (value instanceof String string) {
      json.writeString(string);
    } else if (value instanceof Long number) {
      json.writeNumber(number);
    } else if (value instanceof Integer number) {
      json.writeNumber(number);
    } else if (value instanceof Double number) {
      json.writeNumber(number);
    } else if (value instanceof Boolean flag) {
      json.writeBoolean(flag);
    } else if (value instanceof List<?> list) {
      json.writeStartArray();
      list.forEach(this::write);
      json.writeEndArray();
    } else if (value instanceof Map<?, ?> map) {
      write(map);
    } else {
      throw new IllegalArgumentException("no JSON form: " + value.getClass());
    }
  }

  private void write(Map<?, ?> map) {
    json.writeStartObject();
    map.forEach(
        (name, element) -> {
          json.writeName((String) name);
          write(element);
        });
    json.writeEndObject();
  }
}
