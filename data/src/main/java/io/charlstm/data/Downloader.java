package io.charlstm.data;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.time.Duration;

/**
 * Downloads one dataset: to a temporary file in the cache folder, which takes its final name only
 * once size and SHA-256 are right. So a cached file is whole or absent, also when two processes
 * download at once or one is killed.
 */
final class Downloader {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(15);
  private static final Duration STALL_TIMEOUT = Duration.ofSeconds(60);
  private static final int BLOCK_BYTES = 1 << 16;
  private static final int HTTP_OK = 200;

  private final DownloadedDataset dataset;
  private final Duration stallTimeout;

  Downloader(DownloadedDataset dataset) {
    this(dataset, STALL_TIMEOUT);
  }

  Downloader(DownloadedDataset dataset, Duration stallTimeout) {
    this.dataset = dataset;
    this.stallTimeout = stallTimeout;
  }

  /**
   * Puts the dataset at a path, replacing what is there.
   *
   * @throws CorpusException when that fails; then the path is as it was
   */
  void download(Path target) {
    try {
      Files.createDirectories(target.toAbsolutePath().getParent());
      Path part = Files.createTempFile(target.toAbsolutePath().getParent(), "download-", ".part");
      try {
        transfer(part, target);
        Files.move(
            part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw failed(target, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CorpusException(dataset.name() + ": the download was interrupted", e);
    }
  }

  private void transfer(Path part, Path target) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(dataset.address()).timeout(stallTimeout).build();
    try (HttpClient client =
        HttpClient.newBuilder()
            .connectTimeout(CONNECT_TIMEOUT)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .build()) {
      HttpResponse<InputStream> response =
          client.send(request, HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = response.body();
          OutputStream out = Files.newOutputStream(part)) {
        if (response.statusCode() != HTTP_OK) {
          throw new IOException("the server answered " + response.statusCode());
        }
        requireChecksum(copy(body, out), target);
      } finally {
        // Otherwise closing the client would wait for the rest of a body that is not wanted.
        client.shutdownNow();
      }
    }
  }

  private MessageDigest copy(InputStream body, OutputStream out) throws IOException {
    MessageDigest digest = Sha256.newDigest();
    byte[] block = new byte[BLOCK_BYTES];
    long received = 0;
    try (StallWatch watch = new StallWatch(body, stallTimeout)) {
      for (int n = read(body, block, watch); n > 0; n = read(body, block, watch)) {
        received += n;
        if (received > dataset.bytes()) {
          throw new IOException("it is longer than the " + dataset.bytes() + " bytes expected");
        }
        watch.progress();
        digest.update(block, 0, n);
        out.write(block, 0, n);
      }
    }
    if (received < dataset.bytes()) {
      throw new IOException(
          "it ended after " + received + " of the " + dataset.bytes() + " bytes expected");
    }
    return digest;
  }

  private int read(InputStream body, byte[] block, StallWatch watch) throws IOException {
    try {
      int count = body.read(block);
      if (count < 0 && watch.stalled()) {
        throw new HttpTimeoutException("stalled");
      }
      return count;
    } catch (IOException e) {
      throw watch.stalled() ? new HttpTimeoutException("stalled") : e;
    }
  }

  private void requireChecksum(MessageDigest digest, Path target) {
    String actual = Sha256.hex(digest);
    if (!actual.equals(dataset.sha256())) {
      throw new CorpusException(
          dataset.name()
              + ": "
              + dataset.address()
              + " gave another file than expected (SHA-256 "
              + actual
              + ", not "
              + dataset.sha256()
              + "), which was not kept"
              + cure(target));
    }
  }

  private CorpusException failed(Path target, IOException e) {
    String reason =
        switch (e) {
          case HttpTimeoutException _ ->
              "nothing came for " + stallTimeout.toSeconds() + " seconds";
          case ConnectException _ -> "no connection";
          default -> CorpusException.reason(e);
        };
    return new CorpusException(
        dataset.name() + ": cannot download " + dataset.address() + ": " + reason + cure(target),
        e);
  }

  private String cure(Path target) {
    return "; put the file at " + target + " yourself, or use a text of your own: --corpus FILE";
  }
}
