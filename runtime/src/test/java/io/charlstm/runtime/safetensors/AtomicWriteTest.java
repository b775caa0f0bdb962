package io.charlstm.runtime.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicWriteTest {
  @TempDir Path folder;

  @Test
  void whicheverDiskOperationFailsTheOldFileStaysOrTheNewOneIsWhole() throws Exception {
    Path target = folder.resolve("last.safetensors");
    writer(Storage.DISK, 1).write(target);
    FaultyStorage counting = new FaultyStorage(Integer.MAX_VALUE);
    writer(counting, 2).write(target);
    assertThat(counting.operations).isGreaterThan(6);

    for (int failing = 0; failing < counting.operations; failing++) {
      writer(Storage.DISK, 1).write(target);
      FaultyStorage storage = new FaultyStorage(failing);

      assertThatThrownBy(() -> writer(storage, 2).write(target))
          .isInstanceOf(ModelFileException.class)
          .hasMessageContaining("last.safetensors: the file cannot be written: injected");

      // The last operation forces the folder, after the rename.
      boolean renamed = failing == counting.operations - 1;
      assertThat(firstValue(target)).isEqualTo(renamed ? 2 : 1);
      assertThat(folder).isDirectoryNotContaining("glob:**.part");
    }
  }

  @Test
  void aFolderThatIsMissingOrATargetThatIsAFolderIsNamed() {
    assertThatThrownBy(() -> writer(Storage.DISK, 1).write(folder.resolve("no/such")))
        .isInstanceOf(ModelFileException.class)
        .hasMessageEndingWith("the file cannot be written: its folder does not exist");
    assertThatThrownBy(() -> writer(Storage.DISK, 1).write(folder))
        .isInstanceOf(ModelFileException.class)
        .hasMessageEndingWith("the file cannot be written: it is a folder");
  }

  @Test
  void whatAKilledWriterLeftCanBeDeleted() throws Exception {
    Path target = folder.resolve("last.safetensors");
    writer(Storage.DISK, 1).write(target);
    Files.createFile(folder.resolve(".last.safetensors.0123456789abcdef.part"));

    assertThat(SafetensorsWriter.deleteAbandoned(folder)).isEqualTo(1);
    assertThat(folder).isDirectoryNotContaining("glob:**.part");
    assertThat(firstValue(target)).isEqualTo(1);
  }

  private static SafetensorsWriter writer(Storage storage, float value) {
    float[] values = new float[40_000];
    values[0] = value;
    return new SafetensorsWriter(storage).floats("w", List.of(40_000), values);
  }

  private static float firstValue(Path file) {
    try (SafetensorsFile opened = SafetensorsFile.open(file)) {
      opened.verify();
      return opened.readFloats("w")[0];
    }
  }

  /** Fails at its n-th operation; a failing write first writes half of its bytes. */
  private static final class FaultyStorage implements Storage {
    private final Storage disk = DISK;
    private final int failing;
    private int operations;

    FaultyStorage(int failing) {
      this.failing = failing;
    }

    private boolean fails() {
      return operations++ == failing;
    }

    private void step() throws IOException {
      if (fails()) {
        throw new IOException("injected");
      }
    }

    @Override
    public FileChannel createNew(Path file) throws IOException {
      step();
      return disk.createNew(file);
    }

    @Override
    public void write(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
      if (fails()) {
        disk.write(channel, bytes.limit(bytes.limit() / 2), position);
        throw new IOException("injected");
      }
      disk.write(channel, bytes, position);
    }

    @Override
    public void force(FileChannel channel) throws IOException {
      step();
      disk.force(channel);
    }

    @Override
    public void replace(Path temporary, Path target) throws IOException {
      step();
      disk.replace(temporary, target);
    }

    @Override
    public void forceFolder(Path folder) throws IOException {
      step();
      disk.forceFolder(folder);
    }

    @Override
    public void delete(Path file) throws IOException {
      disk.delete(file);
    }
  }
}
