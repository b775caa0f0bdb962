package io.charlstm.cli;

import io.charlstm.bindings.install.InstallException;
import io.charlstm.data.CorpusException;
import io.charlstm.runtime.BackendUnavailableException;
import io.charlstm.runtime.safetensors.ModelFileException;
import io.charlstm.trainer.ConfigException;
import io.charlstm.trainer.RunFolderException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Optional;

/** Which failures are the user's to cure, and the line that says how. */
final class UserErrors {
  private static final int MAX_CAUSES = 8;

  private UserErrors() {}

  /** The line for a user, or empty when the failure is not theirs. Causes are looked at too. */
  static Optional<String> explain(Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
      Optional<String> line = line(cause);
      if (line.isPresent()) {
        return line;
      }
      cause = cause.getCause();
    }
    return Optional.empty();
  }

  private static Optional<String> line(Throwable failure) {
    return switch (failure) {
      case UsageException _,
          ConfigException _,
          RunFolderException _,
          CorpusException _,
          ModelFileException _,
          InstallException _,
          BackendUnavailableException _ ->
          Optional.of(failure.getMessage());
      case OutOfMemoryError _ -> Optional.of(outOfMemory(failure));
      case InvalidPathException path ->
          Optional.of("not a file name: " + path.getInput() + " (" + path.getReason() + ")");
      case FileSystemException file -> Optional.of(fileSystem(file));
      default -> Optional.empty();
    };
  }

  private static String outOfMemory(Throwable failure) {
    return "not enough memory ("
        + failure.getMessage()
        + "); choose smaller sizes, or raise the heap with CHARLSTM_JAVA_OPTS=-Xmx4g";
  }

  private static String fileSystem(FileSystemException failure) {
    String file = failure.getFile();
    return switch (failure) {
      case NoSuchFileException _ -> "no such file: " + file;
      case AccessDeniedException _ -> "permission denied: " + file;
      case FileAlreadyExistsException _ -> "already exists: " + file;
      case NotDirectoryException _ -> "not a folder: " + file;
      default ->
          failure.getReason() == null ? failure.getMessage() : file + ": " + failure.getReason();
    };
  }
}
