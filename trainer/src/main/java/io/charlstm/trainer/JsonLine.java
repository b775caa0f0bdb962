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

  private void write(Object value) {
    switch (value) {
      case null -> json.writeNull();
      case String string -> json.writeString(string);
      case Long number -> json.writeNumber(number);
      case Integer number -> json.writeNumber(number);
      case Boolean flag -> json.writeBoolean(flag);
      case Double number when Double.isFinite(number) -> json.writeNumber(number);
      case Double _ -> json.writeNull();
      case List<?> list -> {
        json.writeStartArray();
        list.forEach(this::write);
        json.writeEndArray();
      }
      case Map<?, ?> map -> {
        json.writeStartObject();
        map.forEach(
            (name, element) -> {
              json.writeName((String) name);
              write(element);
            });
        json.writeEndObject();
      }
      default -> throw new IllegalArgumentException("no JSON form: " + value.getClass());
    }
  }
}
