package io.charlstm.trainer;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Keeps a second process, or thread, out of a run folder. The system frees it when we die. */
final class RunLock implements AutoCloseable {
  static final String FILE = "run.lock";

  private final FileChannel channel;

  private RunLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Locks a folder.
   *
   * @throws RunFolderException when someone else holds it or it cannot be written to
   */
  static RunLock acquire(Path folder) {
    try {
      FileChannel channel =
          FileChannel.open(
              folder.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      try {
        // The channel owns the lock and frees it on close.
        FileLock lock = channel.tryLock();
        if (lock != null) {
          return new RunLock(channel);
        }
      } catch (OverlappingFileLockException _) {
        // Held within this process: the same answer as for another one.
      } catch (IOException e) {
        channel.close();
        throw e;
      }
      channel.close();
    } catch (IOException e) {
      throw new RunFolderException(folder + " cannot be locked for training: " + e, e);
    }
    throw new RunFolderException(
        folder + " is being trained by another process; wait for it or name another --run");
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new RunFolderException("the run folder's lock cannot be freed: " + e, e);
    }
  }
}
