package io.charlstm.runtime.safetensors;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * The JSON part of a file, checked.
 *
 * @param metadata in the file's order
 * @param tensors in the order of their bytes
 * @param dataStart byte in the file where the data section starts
 */
record Header(
    Map<String, String> metadata, SequencedMap<String, TensorInfo> tensors, long dataStart) {
  /** The reserved name of the metadata object. */
  static final String METADATA = "__metadata__";

  /** Bytes of the length in front of the header. */
  static final int LENGTH_BYTES = Long.BYTES;

  /** Longest header read or written. */
  static final int MAX_BYTES = 16 << 20;

  Header {
    metadata = Collections.unmodifiableMap(new LinkedHashMap<>(metadata));
    tensors = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(tensors));
  }
}
