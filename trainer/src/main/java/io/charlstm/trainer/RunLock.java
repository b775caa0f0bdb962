package io.charlstm.trainer;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Keeps a second trainer out of a run folder. The system frees the lock of a process that dies. */
final class RunLock implements AutoCloseable {
  static final String FILE = "run.lock";

  // POSIX frees a process' locks on a file when any of its channels to that file is closed, so a
  // second trainer in this process must be turned away before it opens one.
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final FileChannel channel;

  private RunLock(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /**
   * Locks a folder.
   *
   * @throws RunFolderException when someone else holds it or it cannot be written to
   */
  static RunLock acquire(Path folder) {
    try {
      Path real = folder.toRealPath();
      if (!HELD.add(real)) {
        throw busy(folder);
      }
      try {
        return new RunLock(real, lock(folder));
      } catch (IOException | RuntimeException | Error e) {
        HELD.remove(real);
        throw e;
      }
    } catch (IOException e) {
      throw new RunFolderException(folder + " cannot be locked for training: " + e, e);
    }
  }

  private static FileChannel lock(Path folder) throws IOException {
    FileChannel channel =
        FileChannel.open(folder.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      // The channel owns the lock and frees it on close.
      if (channel.tryLock() == null) {
        throw busy(folder);
      }
      return channel;
    } catch (IOException | RuntimeException | Error e) {
      channel.close();
      throw e;
    }
  }

  private static RunFolderException busy(Path folder) {
    return new RunFolderException(
        folder + " is being trained by another process; wait for it or name another --run");
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new RunFolderException("the run folder's lock cannot be freed: " + e, e);
    } finally {
      HELD.remove(folder);
    }
  }
}
