package io.charlstm.data;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A dataset that is downloaded.
 *
 * @param name the word that names it
 * @param description what it holds
 * @param address where it is downloaded from
 * @param fileName its name in the cache folder
 * @param bytes size of the file
 * @param sha256 checksum of the file, lower-case hexadecimal
 */
record DownloadedDataset(
    String name, String description, URI address, String fileName, long bytes, String sha256) {

  DatasetInfo info(Path cache) {
    Path file = cache.resolve(fileName);
    return new DatasetInfo(
        name, description, file, Files.isRegularFile(file), address.toString(), bytes, sha256);
  }

  /** The file in the cache, downloaded unless it is there and whole. */
  Path fetch(Path cache) {
    Path file = cache.resolve(fileName);
    if (!isWhole(file)) {
      new Downloader(this).download(file);
    }
    return file;
  }

  private boolean isWhole(Path file) {
    try {
      return Files.isRegularFile(file)
          && Files.size(file) == bytes
          && Sha256.of(file).equals(sha256);
    } catch (IOException e) {
      throw CorpusException.reading(file.toString(), e);
    }
  }
}
