package io.charlstm.cli;

import java.io.PrintStream;
import java.io.StringWriter;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.json.JsonFactory;

/** One JSON object on one line. Numbers that JSON cannot hold become null. */
final class JsonLine {
  private static final JsonFactory JSON = new JsonFactory();

  private JsonLine() {}

  /** Prints and flushes, so that a reader at the other end of a pipe follows at once. */
  static void print(PrintStream out, Map<String, ?> members) {
    out.println(text(members));
    out.flush();
  }

  /** The object as text; members keep the map's order. */
  static String text(Map<String, ?> members) {
    var text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(tools.jackson.core.ObjectWriteContext.empty(), text)) {
      write(json, members);
    }
    return text.toString();
  }

  private static void write(JsonGenerator json, Object value) {
    switch (value) {
      case null -> json.writeNull();
      case Map<?, ?> object -> writeObject(json, object);
      case Iterable<?> array -> writeArray(json, array);
      case int[] array -> json.writeArray(array, 0, array.length);
      case Boolean flag -> json.writeBoolean(flag);
      case Integer number -> json.writeNumber(number);
      case Long number -> json.writeNumber(number);
      case Double number when Double.isFinite(number) -> json.writeNumber(number);
      case Double _ -> json.writeNull();
      default -> json.writeString(value.toString());
    }
  }

  private static void writeObject(JsonGenerator json, Map<?, ?> object) {
    json.writeStartObject();
    object.forEach(
        (name, value) -> {
          json.writeName(name.toString());
          write(json, value);
        });
    json.writeEndObject();
  }

  private static void writeArray(JsonGenerator json, Iterable<?> array) {
    json.writeStartArray();
    for (Object element : array) {
      write(json, element);
    }
    json.writeEndArray();
  }
}
