package io.charlstm.bindings.library;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibraryExtractorTest {
  @TempDir Path folder;

  private final byte[] first = randomBytes(1, 300_007);
  private final byte[] second = randomBytes(2, 70_001);
  private Path cache;
  private List<URL> resources;

  @BeforeEach
  void jar() throws IOException {
    cache = folder.resolve("missing/cache");
    Path jar = folder.resolve("libraries.jar");
    write(jar, first, second);
    resources = inside(jar);
  }

  @Test
  void unpacksIntoOneNewFolder() throws IOException {
    List<Path> files = extract();
    assertThat(files.get(0)).hasBinaryContent(first).hasFileName("libone.so.1");
    assertThat(files.get(1)).hasBinaryContent(second).hasFileName("libtwo.so");
    assertThat(files.get(0).getParent()).isEqualTo(files.get(1).getParent());
    assertThat(files.get(0).getParent().getParent()).isEqualTo(cache);
    assertOnlyLibrariesIn(files.get(0).getParent());
  }

  @Test
  void leavesIntactFilesAlone() throws IOException {
    Object before = Files.readAttributes(extract().get(0), "*").get("fileKey");
    Object after = Files.readAttributes(extract().get(0), "*").get("fileKey");
    assertThat(after).isEqualTo(before);
  }

  @Test
  void repairsAFileThatWasCut() throws IOException {
    Path file = extract().get(0);
    FileTime stamp = Files.getLastModifiedTime(file);
    Files.write(file, Arrays.copyOf(first, first.length - 1));
    Files.setLastModifiedTime(file, stamp);
    assertThat(extract().get(0)).isEqualTo(file).hasBinaryContent(first);
  }

  @Test
  void repairsAFileThatWasChanged() throws IOException {
    Path file = extract().get(1);
    byte[] changed = second.clone();
    changed[second.length / 2] ^= 1;
    Files.write(file, changed);
    assertThat(extract().get(1)).isEqualTo(file).hasBinaryContent(second);
  }

  @Test
  void anotherVersionGetsAFolderOfItsOwn() throws IOException {
    Path jar = folder.resolve("newer.jar");
    write(jar, randomBytes(3, 300_007), second);
    List<Path> older = extract();
    List<Path> newer = new NativeLibraryExtractor(cache).extract("group", inside(jar));
    assertThat(newer.get(1).getParent()).isNotEqualTo(older.get(1).getParent());
  }

  @Test
  void manyAtOnceAllGetWholeFiles() throws Exception {
    int count = 8;
    CyclicBarrier start = new CyclicBarrier(count);
    try (ExecutorService threads = Executors.newFixedThreadPool(count)) {
      List<Future<List<Path>>> results = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        results.add(
            threads.submit(
                () -> {
                  start.await();
                  return extract();
                }));
      }
      for (Future<List<Path>> result : results) {
        assertThat(result.get().get(0)).hasBinaryContent(first);
        assertThat(result.get().get(1)).hasBinaryContent(second);
      }
    }
    assertOnlyLibrariesIn(extract().get(0).getParent());
  }

  @Test
  void removesWhatAKilledProcessLeftButNotWhatOneIsWriting() throws IOException {
    Path file = extract().get(0);
    Path abandoned = Files.createFile(file.resolveSibling("libone.so.1-1.part"));
    Files.setLastModifiedTime(abandoned, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
    Path current = Files.createFile(file.resolveSibling("libone.so.1-2.part"));
    Files.delete(file);
    extract();
    assertThat(abandoned).doesNotExist();
    assertThat(current).exists();
  }

  @Test
  void leavesAloneWhatAnotherProcessIsAboutToMoveIntoPlace() throws IOException {
    Path file = extract().getFirst();
    Path finished = Files.createFile(file.resolveSibling("libone.so.1-2.part"));
    Files.setLastModifiedTime(finished, Files.getLastModifiedTime(file));
    Files.delete(file);
    extract();
    assertThat(finished).exists();
  }

  @Test
  void aCacheThatCannotBeWrittenIsAnError() throws IOException {
    // A folder below a file cannot be made, not even by an administrator.
    Path file = Files.createFile(folder.resolve("file"));
    NativeLibraryExtractor extractor = new NativeLibraryExtractor(file.resolve("cache"));
    assertThatThrownBy(() -> extractor.extract("group", resources)).isInstanceOf(IOException.class);
  }

  @Test
  void aDamagedJarIsAnErrorAndLeavesNoFile() throws IOException {
    Path jar = folder.resolve("damaged.jar");
    write(jar, first, second);
    byte[] bytes = Files.readAllBytes(jar);
    bytes[bytes.length / 2] ^= 1;
    Files.write(jar, bytes);
    assertThatThrownBy(() -> new NativeLibraryExtractor(cache).extract("group", inside(jar)))
        .isInstanceOf(IOException.class);
    try (Stream<Path> left = Files.walk(cache)) {
      assertThat(left.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  void filesThatLieInAFolderAreUsedThere() throws IOException {
    Path lying = Files.write(folder.resolve("lib with space.so"), first);
    assertThat(new NativeLibraryExtractor(cache).extract("group", List.of(lying.toUri().toURL())))
        .containsExactly(lying);
    assertThat(cache).doesNotExist();
  }

  private List<Path> extract() throws IOException {
    return new NativeLibraryExtractor(cache).extract("group", resources);
  }

  private static void assertOnlyLibrariesIn(Path library) throws IOException {
    try (Stream<Path> files = Files.list(library)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("libone.so.1", "libtwo.so");
    }
  }

  private static void write(Path jar, byte[] one, byte[] two) throws IOException {
    try (OutputStream out = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry("some/folder/libone.so.1"));
      zip.write(one);
      zip.putNextEntry(new ZipEntry("some/folder/libtwo.so"));
      zip.write(two);
    }
  }

  private static List<URL> inside(Path jar) throws IOException {
    String base = "jar:" + jar.toUri() + "!/some/folder/";
    return List.of(
        URI.create(base + "libone.so.1").toURL(), URI.create(base + "libtwo.so").toURL());
  }

  private static byte[] randomBytes(long seed, int count) {
    byte[] bytes = new byte[count];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
