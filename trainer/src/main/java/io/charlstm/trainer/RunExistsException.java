package io.charlstm.trainer;

import java.nio.file.Path;

/** A new run was to be written where there is one already. */
public final class RunExistsException extends RunFolderException {
  private static final long serialVersionUID = 1L;

  RunExistsException(Path folder) {
    super(
        folder + " already holds a run; go on with --resume " + folder + " or name another --run");
  }
}
