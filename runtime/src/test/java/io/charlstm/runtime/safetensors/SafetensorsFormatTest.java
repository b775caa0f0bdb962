package io.charlstm.runtime.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsFormatTest {
  @TempDir Path folder;

  @Test
  void readsAFileBuiltByHand() {
    String header =
        "{\"__metadata__\":{\"format\":\"pt\"},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[8,16]},"
            + "\"a\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]},"
            + "\"empty\":{\"dtype\":\"F16\",\"shape\":[3,0],\"data_offsets\":[16,16]}}   ";
    // 7 as i64, then 1.5f = 0x3FC00000 and -2f = 0xC0000000, all little-endian.
    byte[] data = {7, 0, 0, 0, 0, 0, 0, 0, 0, 0, (byte) 0xC0, 0x3F, 0, 0, 0, (byte) 0xC0};
    Path file = SafetensorsBytes.write(folder.resolve("hand"), SafetensorsBytes.file(header, data));

    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      assertThat(opened.metadata()).isEqualTo(Map.of("format", "pt"));
      assertThat(opened.tensors().keySet()).containsExactly("a", "b", "empty");
      assertThat(opened.tensors().get("b"))
          .isEqualTo(new TensorInfo("b", DType.F32, List.of(2L, 1L), 8, 16));
      assertThat(opened.readLongs("a")).containsExactly(7);
      assertThat(opened.readFloats("b")).containsExactly(1.5f, -2f);
      assertThat(opened.hasChecksums()).isFalse();
      opened.verify();
    }
  }

  /** The golden file is written by the script beside it, with the format's own library. */
  @Test
  void readsAFileOfTheFormatsOwnLibrary() throws Exception {
    Path file = Path.of(getClass().getResource("/golden/python.safetensors").toURI());
    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      opened.verify();
      assertThat(opened.metadata()).isEqualTo(Map.of("format", "pt", "k", "\u00e9\"\n"));
      assertThat(opened.readFloats("w")).containsExactly(1, -2.5f, 3e-8f, 4, 5, 6);
      assertThat(opened.tensors().get("w").shape()).containsExactly(3L, 2L);
      assertThat(opened.readLongs("n")).containsExactly(9);
      assertThat(opened.readDoubles("d")).containsExactly(0.1);
      assertThat(opened.readFloats("\u00e9\uD83D\uDE00")).isEmpty();
      assertThat(opened.tensors().get("h").dtype()).isEqualTo(DType.F16);
      assertThat(opened.tensors().get("b").dtype()).isEqualTo(DType.BOOL);
    }
  }

  @Test
  void writesTheBytesOfTheFormat() throws Exception {
    Path file = folder.resolve("written");
    new SafetensorsWriter()
        .metadata("format", "pt")
        .bytes("u", List.of(3), new byte[] {1, 2, 3})
        .floats("f", List.of(1, 2), new float[] {1.5f, -2f})
        .write(file);

    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int length = (int) bytes.getLong(0);
    String header = new String(bytes.array(), 8, length, StandardCharsets.UTF_8);
    byte[] data = Arrays.copyOfRange(bytes.array(), 8 + length, bytes.capacity());
    assertThat(length % 8).isZero();
    assertThat(header)
        .startsWith("{\"__metadata__\":{\"format\":\"pt\",\"charlstm.header_sha256\":");
    assertThat(header.strip())
        .endsWith(
            ",\"f\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]},"
                + "\"u\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[8,11]}}");
    assertThat(data).containsExactly(0, 0, 0xC0, 0x3F, 0, 0, 0, 0xC0, 1, 2, 3);
    // CRC-32C of the bytes 1, 2, 3 and of the eight before them, computed by another program.
    assertThat(header).contains("\"charlstm.crc32c.u\":\"f130f21e\"");
  }

  @Test
  void everyTypeComesBackAsItWasWritten() {
    SplittableRandom random = new SplittableRandom(5);
    // More than one chunk, and not a multiple of one.
    float[] floats = new float[3 * 11_111];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = random.nextFloat() - 0.5f;
    }
    double[] doubles = random.doubles(10_007).toArray();
    long[] longs = random.longs(7).toArray();
    int[] ints = random.ints(70_001).toArray();
    byte[] bytes = {-1, 0, 127};
    Path file = folder.resolve("round");
    new SafetensorsWriter()
        .metadata("text", "q\"uote, \n line, \uD83D\uDE00")
        .bytes("bytes", List.of(3, 1), bytes)
        .floats("floats", List.of(3, 11_111), () -> floats)
        .ints("ints", List.of(70_001), ints)
        .longs("longs", List.of(7L), longs)
        .doubles("doubles", List.of(10_007), doubles)
        .add("segment", DType.F32, List.of(2), MemorySegment.ofArray(new float[] {3, 4}))
        .write(file);

    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      opened.verify();
      assertThat(opened.metadata()).containsEntry("text", "q\"uote, \n line, \uD83D\uDE00");
      assertThat(opened.readFloats("floats")).containsExactly(floats);
      assertThat(opened.readDoubles("doubles")).containsExactly(doubles);
      assertThat(opened.readLongs("longs")).containsExactly(longs);
      assertThat(opened.readInts("ints")).containsExactly(ints);
      assertThat(opened.readBytes("bytes")).containsExactly(bytes);
      assertThat(opened.readFloats("segment")).containsExactly(3, 4);
      opened
          .tensors()
          .values()
          .forEach(t -> assertThat(t.begin() % t.dtype().bytes()).as(t.name()).isZero());
    }
  }

  @Test
  void sameContentGivesTheSameBytes() throws Exception {
    Path first = folder.resolve("first");
    Path second = folder.resolve("second");
    float[] values = {1, 2, 3};
    new SafetensorsWriter()
        .floats("a", List.of(3), values)
        .bytes("b", List.of(0), new byte[0])
        .write(first);
    new SafetensorsWriter()
        .bytes("b", List.of(0), new byte[0])
        .floats("a", List.of(3), values)
        .write(second);

    assertThat(second).hasSameBinaryContentAs(first);
  }

  @Test
  void wrongUseIsRefused() {
    SafetensorsWriter writer = new SafetensorsWriter().floats("a", List.of(2), new float[2]);

    assertThatThrownBy(() -> writer.floats("a", List.of(2), new float[2]))
        .hasMessageContaining("added twice");
    assertThatThrownBy(() -> writer.floats("b", List.of(2, 3), new float[5]))
        .hasMessageContaining("needs 24 bytes, not 20");
    assertThatThrownBy(() -> writer.metadata("charlstm.sha256", "0"))
        .hasMessageContaining("for checksums");
    Path file = folder.resolve("used");
    writer.write(file);
    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      assertThatThrownBy(() -> opened.readLongs("a"))
          .isInstanceOf(ModelFileException.class)
          .hasMessageContaining("tensor 'a' holds F32, not I64");
      assertThatThrownBy(() -> opened.readFloats("z"))
          .isInstanceOf(ModelFileException.class)
          .hasMessageContaining("there is no tensor 'z'");
    }
  }

  @Test
  void nonFiniteValuesAreRefusedUnlessAllowed() {
    Path file = folder.resolve("nan");
    float[] values = {1, Float.NaN, 2};

    assertThatThrownBy(() -> new SafetensorsWriter().floats("w", List.of(3), values).write(file))
        .isInstanceOf(ModelFileException.class)
        .hasMessageContaining("not written: tensor 'w' holds a NaN");
    assertThat(folder).isEmptyDirectory();

    new SafetensorsWriter()
        .nonFinite(NonFinite.ALLOW)
        .doubles("d", List.of(1), new double[] {Double.NEGATIVE_INFINITY})
        .floats("w", List.of(3), values)
        .write(file);
    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      assertThatThrownBy(() -> opened.readFloats("w")).hasMessageContaining("tensor 'w' holds");
      assertThatThrownBy(() -> opened.readDoubles("d")).hasMessageContaining("tensor 'd' holds");
      assertThatThrownBy(opened::verify).isInstanceOf(ModelFileException.class);
    }
    try (SafetensorsFile opened = SafetensorsFile.open(file, NonFinite.ALLOW)) {
      assertThat(opened.readFloats("w")).containsExactly(values);
      opened.verify();
    }
  }
}
