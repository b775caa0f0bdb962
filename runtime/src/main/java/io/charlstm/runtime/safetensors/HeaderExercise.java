package io.charlstm.runtime.safetensors;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Reads a header that is in memory, for practice: see {@link SafetensorsFile#prepare}. */
final class HeaderExercise {
  private static final Path NO_FILE = Path.of("");
  private static final String HEADER =
      "{\"__metadata__\":{\"format\":\"pt\"},"
          + "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
          + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}";
  private static final int DATA_BYTES = 8;

  private HeaderExercise() {}

  static void run() {
    byte[] bytes = HEADER.getBytes(StandardCharsets.UTF_8);
    HeaderParser.parse(NO_FILE, bytes, Header.LENGTH_BYTES + (long) bytes.length + DATA_BYTES);
    Checksums.ofHeader(bytes);
  }
}
