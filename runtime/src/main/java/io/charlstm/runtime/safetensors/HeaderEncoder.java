package io.charlstm.runtime.safetensors;

import java.io.ByteArrayOutputStream;
import java.util.Collection;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes a header as JSON, padded with spaces so that the data starts at a multiple of 8 bytes. */
final class HeaderEncoder {
  private static final JsonFactory JSON = new JsonFactory();
  private static final int ALIGNMENT = 8;

  private HeaderEncoder() {}

  static byte[] encode(Map<String, String> metadata, Collection<TensorInfo> tensors) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
      json.writeStartObject();
      json.writeObjectPropertyStart(Header.METADATA);
      metadata.forEach(json::writeStringProperty);
      json.writeEndObject();
      for (TensorInfo tensor : tensors) {
        writeTensor(json, tensor);
      }
      json.writeEndObject();
    }
    while (bytes.size() % ALIGNMENT != 0) {
      bytes.write(' ');
    }
    return bytes.toByteArray();
  }

  private static void writeTensor(JsonGenerator json, TensorInfo tensor) {
    json.writeObjectPropertyStart(tensor.name());
    json.writeStringProperty("dtype", tensor.dtype().name());
    json.writeArrayPropertyStart("shape");
    for (long dimension : tensor.shape()) {
      json.writeNumber(dimension);
    }
    json.writeEndArray();
    json.writeArrayPropertyStart("data_offsets");
    json.writeNumber(tensor.begin());
    json.writeNumber(tensor.end());
    json.writeEndArray();
    json.writeEndObject();
  }
}
