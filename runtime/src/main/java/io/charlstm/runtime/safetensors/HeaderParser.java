package io.charlstm.runtime.safetensors;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/** Turns header bytes of unknown origin into a {@link Header}, or says where they are wrong. */
final class HeaderParser {
  private static final int MAX_RANK = 32;
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(4)
                  .maxNumberLength(20)
                  .maxNameLength(4096)
                  .maxStringLength(Header.MAX_BYTES)
                  .maxDocumentLength(Header.MAX_BYTES)
                  .build())
          .build();

  private final Path file;
  private final byte[] bytes;
  private final long dataSize;
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private final List<TensorInfo> tensors = new ArrayList<>();

  private HeaderParser(Path file, byte[] bytes, long dataSize) {
    this.file = file;
    this.bytes = bytes;
    this.dataSize = dataSize;
  }

  /**
   * @param bytes the header without its length
   * @param fileSize bytes of the whole file
   */
  static Header parse(Path file, byte[] bytes, long fileSize) {
    long dataStart = Header.LENGTH_BYTES + (long) bytes.length;
    HeaderParser parser = new HeaderParser(file, bytes, fileSize - dataStart);
    parser.requireUtf8();
    parser.parseRoot();
    return new Header(parser.metadata, parser.inByteOrder(), dataStart);
  }

  // Jackson tolerates some malformed sequences, so the whole header is decoded strictly first.
  private void requireUtf8() {
    ByteBuffer input = ByteBuffer.wrap(bytes);
    CharBuffer sink = CharBuffer.allocate(8192);
    var decoder = StandardCharsets.UTF_8.newDecoder();
    CoderResult result = decoder.decode(input, sink, true);
    while (result.isOverflow()) {
      sink.clear();
      result = decoder.decode(input, sink, true);
    }
    try {
      if (result.isError()) {
        result.throwException();
      }
    } catch (CharacterCodingException _) {
      throw failAt("the header is not valid UTF-8", input.position());
    }
  }

  private void parseRoot() {
    if (bytes.length == 0 || bytes[0] != '{') {
      throw failAt("the header does not start with '{'; this is not a safetensors file", 0);
    }
    try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), bytes)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = text(json, json.currentName());
        if (name.equals(Header.METADATA)) {
          parseMetadata(json);
        } else {
          parseTensor(json, name);
        }
      }
      if (json.nextToken() != null) {
        throw fail(json, "the header goes on after its closing brace");
      }
    } catch (JacksonException e) {
      String[] lines = e.getOriginalMessage().split("\\R", 2);
      long at = e.getLocation() == null ? 0 : Math.max(0, e.getLocation().getByteOffset());
      throw failAt("the header is not valid JSON: " + lines[0], at);
    }
  }

  private void parseMetadata(JsonParser json) {
    expect(json, json.nextToken(), JsonToken.START_OBJECT, "the metadata must be an object");
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String key = text(json, json.currentName());
      expect(json, json.nextToken(), JsonToken.VALUE_STRING, "metadata values must be strings");
      metadata.put(key, text(json, json.getString()));
    }
  }

  private void parseTensor(JsonParser json, String name) {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      throw fail(json, tensor(name) + " must be an object");
    }
    DType dtype = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    while (json.nextToken() == JsonToken.PROPERTY_NAME) {
      String key = json.currentName();
      json.nextToken();
      switch (key) {
        case "dtype" -> dtype = dtype(json, name);
        case "shape" -> shape = numbers(json, name, key, MAX_RANK);
        case "data_offsets" -> offsets = numbers(json, name, key, 2);
        default ->
            throw fail(
                json, tensor(name) + " has the unknown key " + ModelFileException.quote(key));
      }
    }
    if (dtype == null || shape == null || offsets == null || offsets.size() != 2) {
      throw fail(json, tensor(name) + " needs dtype, shape and two data_offsets");
    }
    tensors.add(checked(json, name, dtype, shape, offsets));
  }

  private TensorInfo checked(
      JsonParser json, String name, DType dtype, List<Long> shape, List<Long> offsets) {
    long begin = offsets.getFirst();
    long end = offsets.getLast();
    if (begin > end || end > dataSize) {
      throw fail(
          json,
          tensor(name)
              + " spans bytes "
              + begin
              + " to "
              + end
              + " of "
              + dataSize
              + " bytes of data");
    }
    long size;
    try {
      size = TensorInfo.bytesOf(dtype, shape);
    } catch (ArithmeticException _) {
      throw fail(json, tensor(name) + " has an impossible shape: " + shape);
    }
    if (size != end - begin) {
      throw fail(
          json,
          tensor(name)
              + " of "
              + dtype
              + " "
              + shape
              + " needs "
              + size
              + " bytes, not "
              + (end - begin));
    }
    return new TensorInfo(name, dtype, shape, begin, end);
  }

  private DType dtype(JsonParser json, String name) {
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      throw fail(json, tensor(name) + ": dtype must be a string");
    }
    String word = json.getString();
    for (DType dtype : DType.values()) {
      if (dtype.name().equals(word)) {
        return dtype;
      }
    }
    throw fail(json, tensor(name) + " has the unknown dtype " + ModelFileException.quote(word));
  }

  private List<Long> numbers(JsonParser json, String name, String key, int most) {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw fail(json, tensor(name) + ": " + key + " must be an array");
    }
    List<Long> numbers = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      if (json.currentToken() != JsonToken.VALUE_NUMBER_INT) {
        throw fail(json, tensor(name) + ": " + key + " must be integers");
      }
      long number = json.getLongValue();
      if (number < 0 || numbers.size() == most) {
        String problem = number < 0 ? " is negative: " + number : " has too many numbers";
        throw fail(json, tensor(name) + ": " + key + problem);
      }
      numbers.add(number);
    }
    return numbers;
  }

  // Only what is wrong is quoted: it takes a while, and a checkpoint has many tensors.
  private static String tensor(String name) {
    return "tensor " + ModelFileException.quote(name);
  }

  private SequencedMap<String, TensorInfo> inByteOrder() {
    tensors.sort(Comparator.comparingLong(TensorInfo::begin).thenComparingLong(TensorInfo::end));
    SequencedMap<String, TensorInfo> ordered = new LinkedHashMap<>();
    long covered = 0;
    for (TensorInfo tensor : tensors) {
      if (tensor.begin() != covered) {
        throw failAt(
            "tensor "
                + ModelFileException.quote(tensor.name())
                + (tensor.begin() < covered ? " overlaps the one before it" : " leaves a gap"),
            bytes.length + tensor.begin());
      }
      covered = tensor.end();
      ordered.put(tensor.name(), tensor);
    }
    if (covered != dataSize) {
      throw failAt(
          "the tensors cover " + covered + " of " + dataSize + " bytes of data",
          bytes.length + covered);
    }
    return ordered;
  }

  private String text(JsonParser json, String text) {
    int c;
    for (int i = 0; i < text.length(); i += Character.charCount(c)) {
      c = text.codePointAt(i);
      if (Character.getType(c) == Character.SURROGATE) {
        throw fail(json, "a string holds half of a surrogate pair");
      }
    }
    return text;
  }

  private void expect(JsonParser json, JsonToken found, JsonToken wanted, String problem) {
    if (found != wanted) {
      throw fail(json, problem);
    }
  }

  private ModelFileException fail(JsonParser json, String problem) {
    return failAt(problem, Math.max(0, json.currentLocation().getByteOffset()));
  }

  private ModelFileException failAt(String problem, long headerOffset) {
    return new ModelFileException(file, problem, Header.LENGTH_BYTES + headerOffset);
  }
}
