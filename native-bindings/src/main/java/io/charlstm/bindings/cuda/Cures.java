package io.charlstm.bindings.cuda;

/** What to tell a user to do. */
final class Cures {
  private Cures() {}

  static String driver() {
    return "install an NVIDIA driver, which a machine without an NVIDIA GPU cannot have";
  }

  static String libraries() {
    return CudaFolders.isSet(CudaFolders.chosen())
        ? "put it into the folder that "
            + CudaFolders.PROPERTY
            + " or "
            + CudaFolders.VARIABLE
            + " names, or unset that"
        : "run 'charlstm setup-gpu', or name the folder that has it in "
            + CudaFolders.VARIABLE
            + " or -D"
            + CudaFolders.PROPERTY;
  }

  static String nativeAccess() {
    return "start the JVM with --enable-native-access=io.charlstm.bindings (=ALL-UNNAMED on the"
        + " class path)";
  }

  static String oneVersion() {
    return "take all files of cuDNN from one installation, and remove others from LD_LIBRARY_PATH";
  }
}
