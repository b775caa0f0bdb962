package io.charlstm.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetsTest {
  @TempDir Path folder;

  private Datasets withJavaHome(Path javaHome) {
    return new Datasets(folder.resolve("cache"), new JdkSources(javaHome), List.of());
  }

  @Test
  void theCacheFolderIsInTheHomeFolderUnlessSaidOtherwise() {
    assertThat(Datasets.defaultCache(_ -> null))
        .isEqualTo(Path.of(System.getProperty("user.home"), ".cache", "charlstm"));
    assertThat(Datasets.defaultCache(_ -> " ")).isEqualTo(Datasets.defaultCache(_ -> null));
    assertThat(Datasets.defaultCache(name -> name.equals("CHARLSTM_CACHE") ? "/c" : null))
        .isEqualTo(Path.of("/c"));
  }

  @Test
  void theListNamesWhatThereIsWithoutTouchingTheNetwork() {
    Datasets datasets = Datasets.in(folder.resolve("cache"));
    assertThat(datasets.names()).containsExactly("jdk", "tinyshakespeare", "enwik8", "text8");
    assertThat(datasets.list())
        .filteredOn(info -> !info.name().equals("jdk"))
        .allMatch(info -> !info.present() && info.sha256().length() == 64);
    assertThat(folder.resolve("cache")).doesNotExist();
    assertThatThrownBy(() -> datasets.fetch("imagenet"))
        .isInstanceOf(CorpusException.class)
        .hasMessageContaining("datasets: jdk, tinyshakespeare");
  }

  @Test
  void theJdkDatasetIsAFixedSelectionInOrder() throws IOException {
    Path home = folder.resolve("jdk");
    Files.createDirectories(home.resolve("lib"));
    try (ZipOutputStream zip =
        new ZipOutputStream(Files.newOutputStream(home.resolve("lib/src.zip")))) {
      for (String name :
          List.of(
              "java.base/java/util/List.java",
              "java.base/java/util/function/Function.java",
              "java.base/java/io/Writer.java",
              "java.base/java/io/package.html",
              "java.base/java/lang/String.java",
              "java.desktop/java/io/Other.java",
              "java.base/java/io/File.java")) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write((name.replaceAll(".*/", "") + " ").getBytes(StandardCharsets.UTF_8));
      }
    }
    CorpusSource source = CorpusSource.parse(List.of("jdk"), withJavaHome(home));
    try (Corpus corpus = Corpus.open(source, CorpusOptions.defaults())) {
      assertThat(CorpusTest.decode(corpus)).isEqualTo("File.java Writer.java List.java ");
    }
  }

  @Test
  void aJdkWithoutSourcesNamesTheAlternatives() {
    CorpusSource source = CorpusSource.parse(List.of("jdk"), withJavaHome(folder));
    assertThatThrownBy(() -> Corpus.open(source, CorpusOptions.defaults()))
        .isInstanceOf(CorpusException.class)
        .hasMessage(
            "jdk: this JDK came without its sources (%s): use --corpus FILE, --corpus FOLDER,"
                + " or --corpus tinyshakespeare",
            folder.resolve("lib/src.zip"));
  }

  @Test
  void theRunningJdkGivesSomeMegabytesOfText() {
    Datasets datasets = Datasets.in(folder);
    assumeTrue(datasets.list().getFirst().present(), "this JDK came without its sources");
    CorpusSource source = CorpusSource.parse(List.of("jdk"), datasets);
    try (Corpus corpus = Corpus.open(source, CorpusOptions.defaults())) {
      assertThat(corpus.characters()).isBetween(4_000_000L, 9_000_000L);
      assertThat(corpus.vocabulary().size()).isBetween(90, 256);
      assertThat(corpus.counts().documents()).isGreaterThan(200);
    }
  }

  @Test
  void theKnownTextOfTinyshakespeareIsAccepted() throws IOException {
    Path known = testData().resolve("tinyshakespeare.txt");
    assumeTrue(Files.isRegularFile(known), "no tinyshakespeare.txt among the test corpora");
    Files.copy(known, folder.resolve("tinyshakespeare.txt"));
    CorpusSource source = CorpusSource.parse(List.of("tinyshakespeare"), Datasets.in(folder));
    try (Corpus corpus = Corpus.open(source, CorpusOptions.defaults())) {
      assertThat(corpus.characters()).isEqualTo(1_115_394);
      assertThat(corpus.vocabulary().size()).isEqualTo(65);
      assertThat(CorpusTest.decode(corpus)).isEqualTo(Files.readString(known));
    }
  }

  private static Path testData() {
    String chosen = System.getenv("CHARLSTM_TEST_DATA");
    return chosen != null ? Path.of(chosen) : Path.of("..", "..", "shared", "data");
  }

  @Test
  void aFileNamedLikeADatasetWins() throws IOException {
    Path file = folder.resolve("play");
    DownloadedDataset play =
        new DownloadedDataset(
            file.toString(), "a test", URI.create("http://localhost/"), "play.txt", 4, "");
    Datasets datasets = new Datasets(folder, new JdkSources(folder), List.of(play));
    assertThat(CorpusSource.parse(List.of(file.toString()), datasets))
        .isEqualTo(new CorpusSource.NamedDataset(file.toString(), datasets));
    Files.writeString(file, "mine");
    assertThat(CorpusSource.parse(List.of(file.toString()), datasets))
        .isEqualTo(new CorpusSource.TextFile(file));
  }
}
