package io.charlstm.bindings.library;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.URL;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Unpacks shared libraries from a jar into a cache folder, once for all processes of a user.
 *
 * <p>The folder's name has the libraries' checksums, so that versions do not mix. Each file is
 * written beside its place, checked, forced to disk, given a fixed time stamp and moved into place
 * atomically: several processes may do so at once, and none ever sees half a file. A cached file is
 * trusted when it has the recorded size and that time stamp, which costs no reading; one that was
 * cut or changed has another and is unpacked again.
 */
public final class NativeLibraryExtractor {
  private static final FileTime STAMP = FileTime.from(Instant.parse("2000-01-01T00:00:00Z"));
  private static final Duration ABANDONED = Duration.ofHours(1);
  private static final String UNFINISHED = ".part";

  private final Path cache;

  /**
   * @param cache the folder to unpack under; created when it is missing
   */
  public NativeLibraryExtractor(Path cache) {
    this.cache = cache;
  }

  /**
   * Makes the libraries available as files in one folder.
   *
   * @param group first part of the folder's name, such as {@code onednn-linux-x86_64}
   * @param resources the libraries, all of one jar
   * @return the files, in the same order; resources that are files already are used where they lie
   * @throws IOException when the jar is damaged or the cache cannot be written
   */
  public List<Path> extract(String group, List<URL> resources) throws IOException {
    if (resources.stream().allMatch(url -> url.getProtocol().equals("file"))) {
      return resources.stream().map(url -> Path.of(URI.create(url.toString()))).toList();
    }
    StringBuilder name = new StringBuilder(group);
    List<ArchivedFile> archived = new ArrayList<>();
    for (URL resource : resources) {
      ArchivedFile file = ArchivedFile.of(resource);
      archived.add(file);
      name.append(String.format(Locale.ROOT, "-%08x", file.crc()));
    }
    Path folder = cache.resolve(name.toString());
    List<Path> files = new ArrayList<>();
    for (ArchivedFile file : archived) {
      files.add(extract(file, folder));
    }
    return List.copyOf(files);
  }

  private static Path extract(ArchivedFile source, Path folder) throws IOException {
    String path = source.location().getPath();
    Path target = folder.resolve(path.substring(path.lastIndexOf('/') + 1));
    if (isIntact(target, source)) {
      return target;
    }
    Files.createDirectories(folder);
    removeAbandoned(folder);
    Path unfinished = Files.createTempFile(folder, target.getFileName().toString(), UNFINISHED);
    try {
      write(source, unfinished);
      Files.setLastModifiedTime(unfinished, STAMP);
      moveIntoPlace(unfinished, target, source);
    } finally {
      Files.deleteIfExists(unfinished);
    }
    return target;
  }

  private static void moveIntoPlace(Path unfinished, Path target, ArchivedFile source)
      throws IOException {
    try {
      Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileSystemException e) {
      // Windows does not replace a library that another process unpacked meanwhile and has loaded.
      if (!isIntact(target, source)) {
        throw e;
      }
    }
  }

  private static boolean isIntact(Path file, ArchivedFile source) throws IOException {
    return Files.isRegularFile(file)
        && Files.size(file) == source.size()
        && Files.getLastModifiedTime(file).equals(STAMP);
  }

  private static void write(ArchivedFile source, Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        OutputStream out = Channels.newOutputStream(channel)) {
      source.copyTo(out);
      channel.force(true);
    }
  }

  /** Deletes what a process that was killed while unpacking left behind. */
  private static void removeAbandoned(Path folder) throws IOException {
    Instant limit = Instant.now().minus(ABANDONED);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + UNFINISHED)) {
      for (Path file : files) {
        if (isAbandoned(file, limit)) {
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private static boolean isAbandoned(Path file, Instant limit) throws IOException {
    try {
      FileTime time = Files.getLastModifiedTime(file);
      // One that bears the stamp already is whole, and its owner is about to move it into place.
      return !time.equals(STAMP) && time.toInstant().isBefore(limit);
    } catch (NoSuchFileException e) {
      return false; // moved or deleted by its owner between the listing and the question
    }
  }
}
