package io.charlstm.runtime.kernels;

/**
 * The incubating module of the Vector API. A virtual machine that is started with it says so on
 * standard error and takes over neither a recorded module graph nor classes linked ahead, which is
 * half of the time that a short command takes. So such a command is started without it, and the
 * module is loaded here when kernels are first chosen, in the way in which the JDK loads modules of
 * its own late. That is an internal method, which an option of java has to export to this module;
 * without the option, only a module that the virtual machine was started with counts.
 */
final class VectorModule {
  private static final String NAME = "jdk.incubator.vector";
  private static final String LOADER_PACKAGE = "jdk.internal.module";

  private VectorModule() {}

  /** Whether the Vector API can be used; loads its module if that is allowed. */
  static boolean isPresent() {
    return Presence.PRESENT;
  }

  /** Found out once. */
  private static final class Presence {
    static final boolean PRESENT = ModuleLayer.boot().findModule(NAME).isPresent() || loaded();
  }

  private static boolean loaded() {
    Module own = VectorModule.class.getModule();
    if (!Object.class.getModule().isExported(LOADER_PACKAGE, own)) {
      return false;
    }
    try {
      Class<?> loader = Class.forName(LOADER_PACKAGE + ".Modules");
      own.addReads((Module) loader.getMethod("loadModule", String.class).invoke(null, NAME));
      return true;
    } catch (ReflectiveOperationException e) {
      return false; // not a JDK that has the method, or the module
    }
  }
}
