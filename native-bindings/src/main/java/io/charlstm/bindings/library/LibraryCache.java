package io.charlstm.bindings.library;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;

/**
 * Where unpacked native libraries are kept: system property {@code charlstm.cache}, else
 * environment variable {@code CHARLSTM_CACHE}, else {@code charlstm} in the user's cache folder
 * ({@code XDG_CACHE_HOME}, on Windows {@code LOCALAPPDATA}, else {@code ~/.cache}).
 */
public final class LibraryCache {
  /** What to tell a user whose cache folder cannot be used. */
  public static final String CURE =
      "set -Dcharlstm.cache=FOLDER (or CHARLSTM_CACHE) to a folder on a disk with 100 MB free"
          + " that you may write to and load libraries from";

  private static final String NAME = "charlstm";

  private LibraryCache() {}

  /** The folder by this process' properties and environment; it need not exist. */
  public static Path folder() {
    return folder(System.getProperties(), System.getenv());
  }

  static Path folder(Properties properties, Map<String, String> environment) {
    String chosen = properties.getProperty("charlstm.cache", environment.get("CHARLSTM_CACHE"));
    if (isSet(chosen)) {
      return Path.of(chosen).toAbsolutePath();
    }
    String xdg = environment.get("XDG_CACHE_HOME");
    if (isSet(xdg)) {
      return Path.of(xdg, NAME).toAbsolutePath();
    }
    String local = environment.get("LOCALAPPDATA");
    String system = properties.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    if (isSet(local) && system.startsWith("windows")) {
      return Path.of(local, NAME).toAbsolutePath();
    }
    return Path.of(properties.getProperty("user.home"), ".cache", NAME).toAbsolutePath();
  }

  private static boolean isSet(String value) {
    return value != null && !value.isBlank();
  }
}
