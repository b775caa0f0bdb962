package io.charlstm.data;

import java.nio.file.Path;

/**
 * A named dataset.
 *
 * @param name the word that names it
 * @param description what it holds
 * @param file where it is, or would be kept
 * @param present whether it is there already
 * @param address where it is downloaded from; empty when it is not downloaded
 * @param bytes size of the download, 0 when it is not downloaded
 * @param sha256 checksum of the download; empty when it is not downloaded
 */
public record DatasetInfo(
    String name,
    String description,
    Path file,
    boolean present,
    String address,
    long bytes,
    String sha256) {}
