package io.charlstm.bindings.install;

import io.charlstm.bindings.library.LibraryCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * The libraries of an archive, as files in one folder of the user's cache. The folder appears whole
 * or not at all, also when several processes install at once or one is killed meanwhile.
 */
public final class InstalledLibraries {
  private final LibraryArchive archive;
  private final Path folder;

  /** The libraries under the cache folder by this process' properties and environment. */
  public static InstalledLibraries of(LibraryArchive archive) {
    return new InstalledLibraries(archive, LibraryCache.folder());
  }

  InstalledLibraries(LibraryArchive archive, Path cache) {
    this.archive = archive;
    this.folder = cache.resolve(archive.folderName());
  }

  /** The folder of the libraries; it need not exist. */
  public Path folder() {
    return folder;
  }

  /** Whether every library is there with its size. */
  public boolean isComplete() {
    return archive.libraries().stream()
        .allMatch(library -> hasSize(folder.resolve(library.name()), library.byteSize()));
  }

  /**
   * Unpacks the libraries, in place of what is in the folder.
   *
   * @param jar the archive; its size and SHA-256 are compared first
   * @param progress told what happens, a line at a time
   * @throws InstallException when the jar is not the archive, or there is no room
   * @throws IOException when files cannot be read or written
   */
  public void install(Path jar, Consumer<String> progress) throws IOException {
    ArchiveCheck.require(archive, jar, progress);
    Path parent = folder.getParent();
    Files.createDirectories(parent);
    Unpacking.removeAbandoned(parent);
    requireRoom(parent);
    try (Unpacking unpacking = Unpacking.beside(folder)) {
      unpacking.unpack(archive, jar, progress);
      unpacking.moveIntoPlace(this::isComplete);
    }
  }

  /**
   * Deletes the folder.
   *
   * @return bytes that were freed; 0 when there was nothing
   */
  public long remove() throws IOException {
    long freed = Folders.byteSize(folder);
    if (Files.isDirectory(folder)) {
      Folders.delete(folder);
    }
    return freed;
  }

  private void requireRoom(Path parent) throws IOException {
    long room = Files.getFileStore(parent).getUsableSpace();
    long needed = archive.unpackedBytes() + (64L << 20);
    if (room < needed) {
      throw new InstallException(
          String.format(
              Locale.ROOT,
              "%s needs %,d MiB and has %,d MiB free; set CHARLSTM_CACHE to a folder on a disk"
                  + " with more room",
              parent,
              needed >> 20,
              room >> 20));
    }
  }

  private static boolean hasSize(Path file, long byteSize) {
    try {
      return Files.isRegularFile(file) && Files.size(file) == byteSize;
    } catch (IOException unreadable) {
      return false;
    }
  }
}
