package io.charlstm.runtime.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class HostileFileTest {
  private static final byte[] EIGHT = new byte[8];

  @TempDir Path folder;

  static Stream<Arguments> hostileFiles() {
    return Stream.of(
        Arguments.of("nothing", new byte[0], "0 bytes, too few"),
        Arguments.of("seven bytes", new byte[7], "7 bytes, too few"),
        Arguments.of("zero header", new byte[8], "does not start with '{'"),
        Arguments.of("header length beyond the cap", longBytes(100_000_001), "beyond the limit"),
        Arguments.of("negative header length", longBytes(-1), "18446744073709551615 bytes"),
        Arguments.of("header longer than the file", longBytes(64), "truncated"),
        header("leading space", " {}", "does not start with '{'"),
        header("array", "[]", "does not start with '{'"),
        header("unfinished", "{\"a\"", "not valid JSON"),
        header("two objects", "{}{}", "closing brace"),
        header("not UTF-8", new byte[] {'{', '"', (byte) 0xC0, (byte) 0x80, '"'}, "UTF-8"),
        header("cut UTF-8", new byte[] {'{', '"', (byte) 0xE2, (byte) 0x82}, "UTF-8"),
        header("half surrogate", "{\"\\ud800\":" + f32("[2]", "[0,8]") + "}", "surrogate"),
        header("deep nesting", "{\"a\":" + "[".repeat(100_000), "must be an object"),
        header("deep shape", "{\"a\":{\"shape\":" + "[".repeat(100_000), "shape must be integers"),
        header("metadata number", "{\"__metadata__\":{\"a\":1}}", "must be strings"),
        header("metadata list", "{\"__metadata__\":[]}", "must be an object"),
        header("duplicate metadata", "{\"__metadata__\":{\"a\":\"\",\"a\":\"\"}}", "uplicate"),
        header("unknown dtype", tensor("F31", "[2]", "[0,8]"), "unknown dtype 'F31'"),
        header("number dtype", "{\"a\":{\"dtype\":32}}", "dtype must be a string"),
        header("negative shape", tensor("F32", "[-2,-1]", "[0,8]"), "shape is negative"),
        header("fraction", tensor("F32", "[2.0]", "[0,8]"), "shape must be integers"),
        header(
            "overflowing shape",
            tensor("F32", "[4294967296,4294967296]", "[0,8]"),
            "impossible shape"),
        header(
            "overflow behind a zero",
            tensor("F32", "[0,4294967296,4294967296]", "[0,0]"),
            "impossible shape"),
        header("overflowing bytes", tensor("F64", "[4611686018427387904]", "[0,8]"), "impossible"),
        header("half a byte", tensor("F4", "[3]", "[0,2]"), "impossible shape"),
        header("number too long", tensor("F32", "[2]", "[0,99999999999999999999]"), "range"),
        header("number endless", tensor("F32", "[" + "9".repeat(5000) + "]", "[0,8]"), "JSON"),
        header("rank", tensor("F32", "[" + "1,".repeat(40) + "2]", "[0,8]"), "too many numbers"),
        header("three offsets", tensor("F32", "[2]", "[0,8,8]"), "too many numbers"),
        header("one offset", tensor("F32", "[2]", "[0]"), "two data_offsets"),
        header("no shape", "{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,8]}}", "needs dtype"),
        header("backwards", tensor("F32", "[2]", "[8,0]"), "spans bytes 8 to 0"),
        header("outside", tensor("F32", "[4]", "[0,16]"), "spans bytes 0 to 16 of 8"),
        header("size mismatch", tensor("F32", "[1]", "[0,8]"), "needs 4 bytes, not 8"),
        header("gap in front", tensor("F32", "[1]", "[4,8]"), "leaves a gap"),
        header("rest uncovered", tensor("F32", "[1]", "[0,4]"), "cover 4 of 8 bytes"),
        header("nothing covered", "{}", "cover 0 of 8 bytes"),
        header("overlap", two("[2]", "[0,8]", "[1]", "[4,8]"), "overlaps"),
        header("shared bytes", two("[2]", "[0,8]", "[2]", "[0,8]"), "overlaps"),
        header(
            "duplicate tensor",
            "{\"a\":" + f32("[1]", "[0,4]") + ",\"a\":" + f32("[1]", "[4,8]") + "}",
            "uplicate"),
        header("extra key", "{\"a\":{\"strides\":[1]}}", "unknown key 'strides'"),
        header("name with a line break", "{\"a\\nb\":3}", "tensor 'a\\u000ab' must"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hostileFiles")
  void aHostileFileIsRefusedInOneLine(String what, byte[] bytes, String expected) {
    Path file = SafetensorsBytes.write(folder.resolve("hostile.safetensors"), bytes);

    ModelFileException e =
        catchThrowableOfType(ModelFileException.class, () -> SafetensorsFile.open(file).close());

    assertThat(e).as(what).isNotNull();
    assertThat(e.getMessage())
        .startsWith(file + ": ")
        .contains(expected)
        .containsPattern("\\(at byte \\d+\\)$")
        .doesNotContain("\n")
        .hasSizeLessThan(600);
    assertThat(e.offset()).isBetween(0L, (long) bytes.length);
    assertThat(e.file()).isEqualTo(file);
  }

  @Test
  void whatIsNoFileIsRefused() {
    assertThat(
            catchThrowableOfType(
                ModelFileException.class,
                () -> SafetensorsFile.open(folder.resolve("none")).close()))
        .hasMessageEndingWith("no such file");
    assertThat(
            catchThrowableOfType(
                ModelFileException.class, () -> SafetensorsFile.open(folder).close()))
        .hasMessageEndingWith("is a folder, not a model file");
  }

  private static Arguments header(String what, String header, String expected) {
    return header(what, header.getBytes(StandardCharsets.UTF_8), expected);
  }

  private static Arguments header(String what, byte[] header, String expected) {
    return Arguments.of(what, SafetensorsBytes.file(header, EIGHT), expected);
  }

  private static String f32(String shape, String offsets) {
    return "{\"dtype\":\"F32\",\"shape\":" + shape + ",\"data_offsets\":" + offsets + "}";
  }

  private static String tensor(String dtype, String shape, String offsets) {
    return "{\"a\":" + f32(shape, offsets).replace("F32", dtype) + "}";
  }

  private static String two(String shapeA, String offsetsA, String shapeB, String offsetsB) {
    return "{\"a\":" + f32(shapeA, offsetsA) + ",\"b\":" + f32(shapeB, offsetsB) + "}";
  }

  private static byte[] longBytes(long length) {
    byte[] bytes = new byte[9];
    for (int i = 0; i < 8; i++) {
      bytes[i] = (byte) (length >> (8 * i));
    }
    return bytes;
  }
}
