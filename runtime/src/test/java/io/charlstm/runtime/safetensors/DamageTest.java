package io.charlstm.runtime.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damage to a file written here is noticed wherever it is. */
class DamageTest {
  @TempDir Path folder;
  private Path file;
  private byte[] good;
  private int dataStart;

  @BeforeEach
  void writeAGoodFile() throws Exception {
    file = folder.resolve("model.safetensors");
    new SafetensorsWriter()
        .metadata("format", "pt")
        .metadata("charlstm.config", "{\"hidden_size\":128,\"dropout\":0.25}")
        .floats("w", List.of(7, 31), new SplittableRandomFloats(3).next(7 * 31))
        .longs("n", List.of(2), new long[] {5, 6})
        .write(file);
    good = Files.readAllBytes(file);
    dataStart = 8 + (int) ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN).getLong();
    load();
  }

  private void load() {
    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      opened.verify();
    }
  }

  private void assertNoticed(String what) {
    assertThatExceptionOfType(ModelFileException.class).as(what).isThrownBy(this::load);
  }

  @Test
  void everyBitOfTheHeader() throws Exception {
    for (int at = 0; at < dataStart; at++) {
      for (int bit = 0; bit < 8; bit++) {
        byte[] bad = good.clone();
        bad[at] ^= (byte) (1 << bit);
        Files.write(file, bad);
        assertNoticed("bit " + bit + " of byte " + at);
      }
    }
  }

  @Test
  void everyByteOfTheHeaderSetToAnother() throws Exception {
    SplittableRandom random = new SplittableRandom(11);
    for (int at = 0; at < dataStart; at++) {
      byte[] bad = good.clone();
      bad[at] += (byte) random.nextInt(1, 256);
      Files.write(file, bad);
      assertNoticed("byte " + at + " set to " + bad[at]);
    }
  }

  @Test
  void anyBitOfTheValues() throws Exception {
    SplittableRandom random = new SplittableRandom(13);
    for (int round = 0; round < 1_000; round++) {
      int at = random.nextInt(dataStart, good.length);
      int bit = random.nextInt(8);
      byte[] bad = good.clone();
      bad[at] ^= (byte) (1 << bit);
      Files.write(file, bad);
      assertNoticed("bit " + bit + " of byte " + at);
    }
  }

  @Test
  void aDamagedTensorIsNoticedWithoutReadingTheOthers() throws Exception {
    byte[] bad = good.clone();
    bad[dataStart] ^= 1;
    Files.write(file, bad);
    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      assertThat(opened.readFloats("w")).hasSize(7 * 31);
      assertThatExceptionOfType(ModelFileException.class)
          .isThrownBy(() -> opened.readLongs("n"))
          .withMessageContaining("tensor 'n' does not match its checksum");
    }
  }

  @Test
  void everyTruncationAndExtension() throws Exception {
    for (int length = 0; length < good.length; length++) {
      Files.write(file, Arrays.copyOf(good, length));
      assertNoticed("truncated to " + length);
    }
    Files.write(file, Arrays.copyOf(good, good.length + 1));
    assertNoticed("one byte more");
  }

  @Test
  void aFileThatShrinksWhileOpen() throws Exception {
    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      Files.write(file, Arrays.copyOf(good, good.length - 40));
      assertThatExceptionOfType(ModelFileException.class)
          .isThrownBy(() -> opened.readFloats("w"))
          .withMessageContaining("became shorter");
    }
  }

  /** Finite random values. */
  private record SplittableRandomFloats(long seed) {
    float[] next(int count) {
      SplittableRandom random = new SplittableRandom(seed);
      float[] values = new float[count];
      for (int i = 0; i < count; i++) {
        values[i] = random.nextFloat() * 2 - 1;
      }
      return values;
    }
  }
}
