package io.charlstm.runtime.safetensors;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;

/**
 * The checksums in the metadata of files written here: a CRC-32C of each tensor's bytes, a SHA-256
 * of the data section, and a SHA-256 of the header with the digits of that very value set to zero.
 * The last covers the other two, so it stands for the whole file.
 */
final class Checksums {
  /** Metadata keys that start so are written by this project. */
  static final String PREFIX = "charlstm.";

  static final String HEADER = PREFIX + "header_sha256";
  static final String DATA = PREFIX + "sha256";
  private static final String TENSOR = PREFIX + "crc32c.";
  private static final int SHA256_DIGITS = 64;
  private static final HexFormat HEX = HexFormat.of();

  /** What stands in a header while its own checksum is computed. */
  static final String NO_SHA256 = "0".repeat(SHA256_DIGITS);

  private Checksums() {}

  static String tensorKey(String tensor) {
    return TENSOR + tensor;
  }

  /** Whether a metadata key belongs to the checksums and cannot be set by callers. */
  static boolean isReserved(String key) {
    return key.equals(HEADER) || key.equals(DATA) || key.startsWith(TENSOR);
  }

  /** Whether the file was written here, so that its checksums must be there and right. */
  static boolean areExpected(Map<String, String> metadata) {
    return metadata.keySet().stream().anyMatch(key -> key.startsWith(PREFIX));
  }

  static String crcText(long crc32c) {
    return HEX.toHexDigits((int) crc32c);
  }

  static String shaText(MessageDigest digest) {
    return HEX.formatHex(digest.digest());
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** SHA-256 of a header in which the header's own checksum still is {@link #NO_SHA256}. */
  static String ofHeader(byte[] headerWithoutOwnChecksum) {
    MessageDigest digest = sha256();
    digest.update(headerWithoutOwnChecksum);
    return shaText(digest);
  }

  /**
   * Checks that a header of this project's files is as it was written.
   *
   * @param bytes the header as read, padding included
   */
  static void verifyHeader(Path file, Header header, byte[] bytes) {
    Map<String, String> metadata = header.metadata();
    if (!areExpected(metadata)) {
      return;
    }
    String stored = metadata.get(HEADER);
    if (stored == null || !metadata.containsKey(DATA)) {
      throw damaged(file, "its header has lost its checksums");
    }
    int at = stored.length() == SHA256_DIGITS ? find(bytes, stored) : -1;
    if (at < 0) {
      throw damaged(file, "its header's checksum is malformed");
    }
    byte[] blank = bytes.clone();
    System.arraycopy(NO_SHA256.getBytes(StandardCharsets.US_ASCII), 0, blank, at, SHA256_DIGITS);
    if (!ofHeader(blank).equals(stored)) {
      throw damaged(file, "its header does not match its checksum");
    }
  }

  static ModelFileException damaged(Path file, String how) {
    return new ModelFileException(
        file, "the file was damaged or changed by another program: " + how, Header.LENGTH_BYTES);
  }

  // The digits may also appear elsewhere by chance or malice: then the key in front tells which.
  private static int find(byte[] bytes, String stored) {
    byte[] wanted = ("\"" + HEADER + "\":\"" + stored + "\"").getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i + wanted.length <= bytes.length; i++) {
      if (bytes[i] == '"' && startsWith(bytes, i, wanted)) {
        return i + wanted.length - 1 - SHA256_DIGITS;
      }
    }
    return -1;
  }

  private static boolean startsWith(byte[] bytes, int from, byte[] wanted) {
    return Arrays.equals(bytes, from, from + wanted.length, wanted, 0, wanted.length);
  }
}
