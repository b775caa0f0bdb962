package io.charlstm.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DownloaderTest {
  private static final byte[] TEXT =
      "To be, or not to be. ".repeat(10_000).getBytes(StandardCharsets.UTF_8);

  @TempDir Path cache;
  private HttpServer server;
  private final AtomicInteger requests = new AtomicInteger();

  @BeforeEach
  void startServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start();
  }

  @AfterEach
  void stopServer() {
    server.stop(0);
  }

  /** What the server does with a request. */
  private interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  private void answer(String path, Answer answer) {
    server.createContext(
        path,
        exchange -> {
          requests.incrementAndGet();
          try (exchange) {
            answer.to(exchange);
          }
        });
  }

  private void serve(String path, byte[] body) {
    answer(
        path,
        exchange -> {
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
        });
  }

  private URI address(String path) {
    return URI.create("http://localhost:" + server.getAddress().getPort() + path);
  }

  private DownloadedDataset dataset(String path, String fileName, byte[] expected) {
    return new DownloadedDataset(
        "play", "a test", address(path), fileName, expected.length, sha256(expected));
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private void assertFails(DownloadedDataset dataset, String reason) throws IOException {
    assertThatThrownBy(() -> dataset.fetch(cache))
        .isInstanceOf(CorpusException.class)
        .hasMessageStartingWith("play: ")
        .hasMessageContaining(dataset.address().toString())
        .hasMessageContaining(reason)
        .hasMessageEndingWith(
            "; put the file at %s yourself, or use a text of your own: --corpus FILE",
            cache.resolve(dataset.fileName()))
        .message()
        .doesNotContain("\n");
    try (Stream<Path> files = Files.list(cache)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void aDatasetIsDownloadedOnce() throws IOException {
    serve("/play.txt", TEXT);
    DownloadedDataset play = dataset("/play.txt", "play.txt", TEXT);
    assertThat(Files.readAllBytes(play.fetch(cache.resolve("a/b")))).isEqualTo(TEXT);
    assertThat(Files.readAllBytes(play.fetch(cache.resolve("a/b")))).isEqualTo(TEXT);
    assertThat(requests).hasValue(1);
    try (Stream<Path> files = Files.list(cache.resolve("a/b"))) {
      assertThat(files).containsExactly(cache.resolve("a/b/play.txt"));
    }
  }

  @Test
  void aDamagedCachedFileIsReplaced() throws IOException {
    serve("/play.txt", TEXT);
    byte[] damaged = TEXT.clone();
    damaged[777] ^= 1;
    Files.write(cache.resolve("play.txt"), damaged);
    Path file = dataset("/play.txt", "play.txt", TEXT).fetch(cache);
    assertThat(Files.readAllBytes(file)).isEqualTo(TEXT);
    assertThat(requests).hasValue(1);
  }

  @Test
  void aZipIsReadAsText() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("play"));
      zip.write(TEXT);
    }
    serve("/play.zip", bytes.toByteArray());
    DownloadedDataset play = dataset("/play.zip", "play.zip", bytes.toByteArray());
    Datasets datasets = new Datasets(cache, new JdkSources(cache), List.of(play));
    CorpusSource source = CorpusSource.parse(List.of("play"), datasets);
    try (Corpus corpus = Corpus.open(source, CorpusOptions.defaults())) {
      assertThat(CorpusTest.decode(corpus)).isEqualTo(new String(TEXT, StandardCharsets.UTF_8));
    }
  }

  @Test
  void redirectsAreFollowed() throws IOException {
    serve("/there", TEXT);
    answer(
        "/here",
        exchange -> {
          exchange.getResponseHeaders().add("Location", "/there");
          exchange.sendResponseHeaders(302, -1);
        });
    Path file = dataset("/here", "play.txt", TEXT).fetch(cache);
    assertThat(Files.readAllBytes(file)).isEqualTo(TEXT);
  }

  @Test
  void anotherFileThanExpectedIsNotKept() throws IOException {
    byte[] other = TEXT.clone();
    other[5] ^= 1;
    serve("/play.txt", other);
    assertFails(
        dataset("/play.txt", "play.txt", TEXT),
        "another file than expected (SHA-256 " + sha256(other) + ", not " + sha256(TEXT) + ")");
  }

  @Test
  void aShortBodyIsRefused() throws IOException {
    byte[] shorter = Arrays.copyOf(TEXT, 1000);
    serve("/play.txt", shorter);
    assertFails(
        dataset("/play.txt", "play.txt", TEXT),
        "it ended after 1000 of the " + TEXT.length + " bytes expected");
  }

  @Test
  void aConnectionCutInTheMiddleIsRefused() throws IOException {
    answer(
        "/play.txt",
        exchange -> {
          exchange.sendResponseHeaders(200, TEXT.length);
          exchange.getResponseBody().write(TEXT, 0, 500);
        });
    assertFails(dataset("/play.txt", "play.txt", TEXT), "cannot download");
  }

  @Test
  void anEndlessBodyIsRefusedAtTheExpectedSize() throws IOException {
    answer(
        "/play.txt",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          while (true) {
            exchange.getResponseBody().write(TEXT);
          }
        });
    assertFails(
        dataset("/play.txt", "play.txt", TEXT),
        "it is longer than the " + TEXT.length + " bytes expected");
  }

  @Test
  void errorsOfTheServerAreNamed() throws IOException {
    answer("/play.txt", exchange -> exchange.sendResponseHeaders(404, -1));
    assertFails(dataset("/play.txt", "play.txt", TEXT), "the server answered 404");
  }

  @Test
  void noServerIsNamed() throws IOException {
    DownloadedDataset play = dataset("/play.txt", "play.txt", TEXT);
    server.stop(0);
    assertFails(play, ": no connection; put the file at ");
  }

  @Test
  void aStalledBodyEndsTheDownload() throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    answer(
        "/play.txt",
        exchange -> {
          exchange.sendResponseHeaders(200, TEXT.length);
          exchange.getResponseBody().write(TEXT, 0, 500);
          exchange.getResponseBody().flush();
          await(done);
        });
    DownloadedDataset play = dataset("/play.txt", "play.txt", TEXT);
    Downloader downloader = new Downloader(play, Duration.ofSeconds(1));
    try {
      assertThatThrownBy(() -> downloader.download(cache.resolve("play.txt")))
          .isInstanceOf(CorpusException.class)
          .hasMessageContaining(": nothing came for 1 seconds; put the file at ");
    } finally {
      done.countDown();
    }
    assertThat(cache.resolve("play.txt")).doesNotExist();
  }

  private static void await(CountDownLatch latch) throws IOException {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
