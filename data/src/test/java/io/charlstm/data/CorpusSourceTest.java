package io.charlstm.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class CorpusSourceTest {
  @TempDir Path folder;

  private Path write(String name, String text) throws IOException {
    return write(name, text.getBytes(StandardCharsets.UTF_8));
  }

  private Path write(String name, byte[] bytes) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.write(file, bytes);
  }

  private Path zip(String name, Map<String, byte[]> entries) throws IOException {
    Path file = folder.resolve(name);
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        out.putNextEntry(new ZipEntry(entry.getKey()));
        out.write(entry.getValue());
      }
    }
    return file;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String read(String... words) {
    try (Corpus corpus =
        Corpus.open(CorpusSource.parse(List.of(words)), CorpusOptions.defaults())) {
      return CorpusTest.decode(corpus);
    }
  }

  private static List<String> names(CorpusSource source) {
    List<String> names = new ArrayList<>();
    SourceReader.read(source, (name, _, _) -> names.add(name));
    return names;
  }

  @Test
  void severalFilesFollowOneAnotherInTheOrderGiven() throws IOException {
    String second = write("b.txt", "\uFEFFsecond\r").toString();
    String first = write("a.txt", "\uFEFFfirst\r").toString();
    assertThat(read(second, first)).isEqualTo("second\nfirst\n");
    assertThat(read(first, second, first)).isEqualTo("first\nsecond\nfirst\n");
  }

  @Test
  void newlinePairsDoNotReachAcrossFiles() throws IOException {
    String first = write("1", "a\r").toString();
    String second = write("2", "\nb").toString();
    assertThat(read(first, second)).isEqualTo("a\n\nb");
  }

  @Test
  void aFolderIsReadInPathOrderWithoutWhatIsHidden() throws IOException {
    write("in/b.txt", "B");
    write("in/a/z.txt", "Z");
    write("in/a.txt", "A");
    write("in/a/deep/y", "Y");
    write("in/.hidden", "no");
    write("in/.git/config", "no");
    Path in = folder.resolve("in");
    assertThat(names(new CorpusSource.Folder(in)))
        .containsExactly(
            in.resolve("a.txt").toString(),
            in.resolve("a/deep/y").toString(),
            in.resolve("a/z.txt").toString(),
            in.resolve("b.txt").toString());
    assertThat(read(in.toString())).isEqualTo("AYZB");
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void linksInAFolderAreNotFollowedButTheFolderItselfMayBeOne() throws IOException {
    write("outside.txt", "secret");
    write("in/a.txt", "text");
    Files.createSymbolicLink(folder.resolve("in/link.txt"), folder.resolve("outside.txt"));
    Files.createSymbolicLink(folder.resolve("in/loop"), folder.resolve("in"));
    Path link = Files.createSymbolicLink(folder.resolve("to-in"), folder.resolve("in"));
    assertThat(read(folder.resolve("in").toString())).isEqualTo("text");
    assertThat(read(link.toString())).isEqualTo("text");
  }

  @Test
  void binaryFilesInAFolderAreLeftOutAndCounted() throws IOException {
    write("in/a.txt", "text");
    write("in/b.png", new byte[] {(byte) 0x89, 'P', 'N', 'G', 0, 0});
    CorpusSource source = CorpusSource.parse(List.of(folder.resolve("in").toString()));
    try (Corpus corpus = Corpus.open(source, CorpusOptions.defaults())) {
      assertThat(CorpusTest.decode(corpus)).isEqualTo("text");
      assertThat(corpus.counts().leftOut()).isEqualTo(1);
      assertThat(corpus.description()).contains("1 binary documents left out");
    }
    CorpusOptions bytes = CorpusOptions.defaults().withMode(TokenMode.BYTES);
    try (Corpus corpus = Corpus.open(source, bytes)) {
      assertThat(corpus.characters()).isEqualTo(10);
      assertThat(corpus.counts().documents()).isEqualTo(2);
    }
  }

  @Test
  void aBinaryFileGivenByNameIsRefused() throws IOException {
    Path file = write("b.bin", new byte[] {'a', 'b', 0});
    assertThatThrownBy(() -> read(file.toString()))
        .isInstanceOf(CorpusException.class)
        .hasMessageStartingWith(file + ": NUL at byte 2, so this looks binary");
  }

  @Test
  void invalidTextInAFolderNamesTheFile() throws IOException {
    write("in/a.txt", "text");
    Path bad = write("in/b.txt", new byte[] {'x', (byte) 0xE9, 'y'});
    assertThatThrownBy(() -> read(folder.resolve("in").toString()))
        .hasMessageStartingWith(bad + ": invalid UTF-8 at byte 1 (0xE9)");
  }

  @Test
  void anEmptyFolderIsRefused() throws IOException {
    Path empty = Files.createDirectory(folder.resolve("empty"));
    assertThatThrownBy(() -> read(empty.toString()))
        .isInstanceOf(CorpusException.class)
        .hasMessage(empty + ": the folder holds no files");
  }

  @Test
  void aZipIsReadInNameOrderAndNothingIsExtracted() throws IOException {
    Map<String, byte[]> entries =
        Map.of(
            "b.txt", utf8("B"),
            "../../evil.txt", utf8("E"),
            "a/c.txt", utf8("C"),
            "__MACOSX/a", utf8("no"),
            "a/.DS_Store", utf8("no"),
            "a/image.png", new byte[] {1, 0, 2});
    Path file = zip("books.ZIP", entries);
    CorpusSource source = CorpusSource.parse(List.of(file.toString()));
    try (Corpus corpus = Corpus.open(source, CorpusOptions.defaults())) {
      assertThat(CorpusTest.decode(corpus)).isEqualTo("CB");
      assertThat(corpus.counts()).isEqualTo(new CorpusCounts(2, 1, 0, 0));
    }
  }

  @Test
  void errorsInsideAZipNameTheEntry() throws IOException {
    Path file = zip("x.zip", Map.of("in/bad.txt", new byte[] {'o', 'k', (byte) 0xFF}));
    assertThatThrownBy(() -> read(file.toString()))
        .hasMessageStartingWith(file + "!/in/bad.txt: invalid UTF-8 at byte 2 (0xFF)");
  }

  @Test
  void whatIsNoZipOrADamagedOneIsRefused() throws IOException {
    Path notAZip = write("fake.zip", "not a zip at all");
    assertThatThrownBy(() -> read(notAZip.toString()))
        .isInstanceOf(CorpusException.class)
        .hasMessageStartingWith(notAZip + ": cannot be read: ")
        .message()
        .doesNotContain("\n");
    byte[] random = new byte[4000];
    new Random(5).nextBytes(random);
    Path damaged = zip("damaged.zip", Map.of("a.txt", random));
    byte[] bytes = Files.readAllBytes(damaged);
    bytes[100] ^= 0x55;
    Files.write(damaged, bytes);
    CorpusSource source = new CorpusSource.ZipArchive(damaged);
    CorpusOptions verbatim = CorpusOptions.defaults().withMode(TokenMode.BYTES);
    assertThatThrownBy(() -> Corpus.open(source, verbatim).close())
        .isInstanceOf(CorpusException.class)
        .hasMessageStartingWith(damaged + "!/a.txt: cannot be read: ");
  }

  @Test
  void whatDoesNotExistIsNamedWithTheDatasets() {
    assertThatThrownBy(() -> CorpusSource.parse(List.of("no/such.txt")))
        .isInstanceOf(CorpusException.class)
        .hasMessage(
            "no/such.txt: no such file or folder, and no dataset of that name"
                + " (datasets: jdk, tinyshakespeare, enwik8, text8)");
    assertThatThrownBy(() -> CorpusSource.parse(List.of())).isInstanceOf(CorpusException.class);
    assertThatThrownBy(() -> CorpusSource.parse(List.of(""))).isInstanceOf(CorpusException.class);
    assertThatThrownBy(() -> CorpusSource.parse(List.of("a\0b")))
        .isInstanceOf(CorpusException.class)
        .hasMessageStartingWith("the name of the corpus is not a path");
  }

  @Test
  void aFileThatVanishesIsNamed() {
    Path missing = folder.resolve("gone.txt");
    assertThatThrownBy(() -> SourceReader.read(new CorpusSource.TextFile(missing), (_, _, _) -> {}))
        .isInstanceOf(CorpusException.class)
        .hasMessage(missing + ": no such file");
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void devicesAndFoldersAreNotFiles() {
    assertThatThrownBy(() -> read("/dev/null"))
        .isInstanceOf(CorpusException.class)
        .hasMessage("/dev/null: is a device or pipe, not a file: pipe it in with --corpus -");
    assertThatThrownBy(() -> SourceReader.read(new CorpusSource.TextFile(folder), (_, _, _) -> {}))
        .hasMessage(folder + ": is a folder where a file is expected");
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void anUnreadableFileIsNamed() throws IOException {
    Path file = write("locked.txt", "text");
    Files.setPosixFilePermissions(file, Set.of());
    assumeTrue(!Files.isReadable(file), "this user may read every file");
    assertThatThrownBy(() -> read(file.toString())).hasMessage(file + ": permission denied");
  }

  @Test
  void permissionFailuresReadAsSuch() {
    assertThat(CorpusException.reading("F", new AccessDeniedException("F")).getMessage())
        .isEqualTo("F: permission denied");
    assertThat(CorpusException.reading("F", new IOException("two\nlines")).getMessage())
        .isEqualTo("F: cannot be read: two lines");
    assertThat(CorpusException.reading("F", new IOException((String) null)).getMessage())
        .isEqualTo("F: cannot be read: IOException");
  }

  @Test
  void aDashIsStandardInputOnce() {
    assertThat(CorpusSource.parse(List.of("-"))).isInstanceOf(CorpusSource.StandardInput.class);
    assertThatThrownBy(() -> CorpusSource.parse(List.of("-", "-")))
        .hasMessage("-: standard input can be read only once");
  }

  @Test
  void aWordThatIsNoFileIsADataset() {
    assertThat(CorpusSource.parse(List.of("text8")))
        .isInstanceOfSatisfying(
            CorpusSource.NamedDataset.class,
            dataset -> assertThat(dataset.name()).isEqualTo("text8"));
  }
}
