package io.charlstm.bindings.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class InstalledLibrariesTest {
  @TempDir private Path folder;
  private Path cache;
  private FakeArchive fake;
  private InstalledLibraries libraries;
  private final List<String> progress = new ArrayList<>();

  @BeforeEach
  void create() throws Exception {
    cache = folder.resolve("cache");
    fake = FakeArchive.in(folder);
    libraries = new InstalledLibraries(fake.description(), cache);
  }

  @Test
  void theWantedLibrariesAndNothingElseAreUnpacked() throws IOException {
    assertThat(libraries.isComplete()).isFalse();
    libraries.install(fake.jar(), progress::add);
    assertThat(libraries.isComplete()).isTrue();
    assertThat(libraries.folder()).isEqualTo(cache.resolve("fake/1"));
    for (var library : FakeArchive.CONTENT.entrySet()) {
      assertThat(libraries.folder().resolve(library.getKey())).hasBinaryContent(library.getValue());
    }
    assertThat(files()).containsExactlyInAnyOrder("fake/1/liba.so.1", "fake/1/libb.so.2");
    assertThat(progress).hasSize(3);
  }

  @Test
  void aFolderThatLacksSomethingIsReplaced() throws IOException {
    libraries.install(fake.jar(), progress::add);
    Files.write(libraries.folder().resolve("libb.so.2"), new byte[3]);
    Files.write(libraries.folder().resolve("stray"), new byte[3]);
    assertThat(libraries.isComplete()).isFalse();
    libraries.install(fake.jar(), progress::add);
    assertThat(libraries.isComplete()).isTrue();
    assertThat(files()).containsExactlyInAnyOrder("fake/1/liba.so.1", "fake/1/libb.so.2");
  }

  @Test
  void anotherProcessThatWasFasterIsLeftAlone() throws IOException {
    Files.createDirectories(cache.resolve("fake"));
    Path target = libraries.folder();
    try (Unpacking slower = Unpacking.beside(target)) {
      slower.unpack(fake.description(), fake.jar(), progress::add);
      libraries.install(fake.jar(), progress::add);
      FileTime time = Files.getLastModifiedTime(target.resolve("liba.so.1"));
      slower.moveIntoPlace(libraries::isComplete);
      assertThat(Files.getLastModifiedTime(target.resolve("liba.so.1"))).isEqualTo(time);
    }
    assertThat(files()).containsExactlyInAnyOrder("fake/1/liba.so.1", "fake/1/libb.so.2");
  }

  @Test
  void aJarThatIsNotTheArchiveIsRefused() throws IOException {
    byte[] bytes = Files.readAllBytes(fake.jar());
    bytes[bytes.length / 2] ^= 1;
    Path changed = Files.write(folder.resolve("changed.jar"), bytes);
    refused(fake.description(), changed, "its SHA-256 is");
    Path cut = Files.write(folder.resolve("cut.jar"), new byte[17]);
    refused(fake.description(), cut, "it has 17 bytes instead of");
    refused(fake.description(), folder.resolve("none.jar"), "no such file");
  }

  @Test
  void anArchiveWithoutOneOfTheLibrariesLeavesNothingBehind() {
    LibraryArchive actual = fake.description();
    LibraryArchive other = FakeArchive.describe(actual.byteSize(), actual.sha256(), 5, 70_001);
    refused(other, fake.jar(), "does not hold libb.so.2");
  }

  @Test
  void aDiskWithoutRoomIsRefused() {
    LibraryArchive actual = fake.description();
    LibraryArchive huge =
        FakeArchive.describe(actual.byteSize(), actual.sha256(), 5, Long.MAX_VALUE / 2);
    refused(huge, fake.jar(), "set CHARLSTM_CACHE");
  }

  private void refused(LibraryArchive archive, Path jar, String reason) {
    var target = new InstalledLibraries(archive, cache);
    assertThatThrownBy(() -> target.install(jar, progress::add))
        .isInstanceOf(InstallException.class)
        .hasMessageContaining(reason);
    assertThat(files()).isEmpty();
  }

  @Test
  void whatAKilledProcessLeftIsDeletedOnceItIsOld() throws IOException {
    Path parent = Files.createDirectories(cache.resolve("fake"));
    Path old = Files.createDirectory(parent.resolve(".unfinished-1-2"));
    Files.write(old.resolve("libb.so.2"), new byte[4]);
    Files.setLastModifiedTime(old, FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
    Path young = Files.createDirectory(parent.resolve(".unfinished-3-4"));
    libraries.install(fake.jar(), progress::add);
    assertThat(old).doesNotExist();
    assertThat(young).exists();
  }

  @Test
  void removingDeletesTheFolderAndSaysHowMuch() throws IOException {
    assertThat(libraries.remove()).isZero();
    libraries.install(fake.jar(), progress::add);
    assertThat(libraries.remove()).isEqualTo(70_005);
    assertThat(libraries.folder()).doesNotExist();
    assertThat(libraries.isComplete()).isFalse();
  }

  private List<String> files() {
    if (!Files.exists(cache)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(cache)) {
      return all.filter(Files::isRegularFile)
          .map(file -> cache.relativize(file).toString())
          .toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
