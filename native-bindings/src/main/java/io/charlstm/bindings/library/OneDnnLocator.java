package io.charlstm.bindings.library;

import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds oneDNN: the file of system property {@code charlstm.onednn.library} or environment variable
 * {@code CHARLSTM_ONEDNN_LIBRARY} when one is set, else the library in the {@code
 * org.bytedeco:dnnl} jar on the class path.
 */
public final class OneDnnLocator {
  private static final String PROPERTY = "charlstm.onednn.library";
  private static final String VARIABLE = "CHARLSTM_ONEDNN_LIBRARY";

  private OneDnnLocator() {}

  /**
   * The files to load, dependencies first, oneDNN last.
   *
   * @throws LibraryNotFoundException with the reason and its cure
   */
  public static List<Path> locate() {
    String chosen = System.getProperty(PROPERTY, System.getenv(VARIABLE));
    if (chosen != null && !chosen.isBlank()) {
      return List.of(chosenFile(chosen));
    }
    Platform platform = Platform.current().orElseThrow(OneDnnLocator::unknownPlatform);
    List<URL> resources = new ArrayList<>();
    for (String file : platform.oneDnnFiles()) {
      String name = "org/bytedeco/dnnl/" + platform.classifier() + "/" + file;
      resources.add(resource(name).orElseThrow(() -> notOnClassPath(name, platform)));
    }
    Path cache = LibraryCache.folder();
    try {
      return new NativeLibraryExtractor(cache)
          .extract("onednn-" + platform.classifier(), resources);
    } catch (IOException e) {
      throw new LibraryNotFoundException(
          "oneDNN could not be unpacked to " + cache + " (" + e + "): " + LibraryCache.CURE);
    }
  }

  private static Path chosenFile(String chosen) {
    Path file = Path.of(chosen).toAbsolutePath();
    if (!Files.isRegularFile(file)) {
      throw new LibraryNotFoundException(
          "there is no file " + file + ", which " + PROPERTY + " or " + VARIABLE + " names");
    }
    return file;
  }

  /** The libraries lie in a jar of their own, which another class loader than ours may have. */
  private static Optional<URL> resource(String name) {
    return Stream.of(
            Thread.currentThread().getContextClassLoader(),
            OneDnnLocator.class.getClassLoader(),
            ClassLoader.getSystemClassLoader())
        .filter(Objects::nonNull)
        .map(loader -> loader.getResource(name))
        .filter(Objects::nonNull)
        .findFirst();
  }

  private static LibraryNotFoundException unknownPlatform() {
    return new LibraryNotFoundException(
        "there is no oneDNN jar for "
            + System.getProperty("os.name")
            + " on "
            + System.getProperty("os.arch")
            + ": build oneDNN 3 and name its file with -D"
            + PROPERTY
            + " or "
            + VARIABLE);
  }

  private static LibraryNotFoundException notOnClassPath(String name, Platform platform) {
    return new LibraryNotFoundException(
        name
            + " is not on the class path: add org.bytedeco:dnnl with classifier "
            + platform.classifier()
            + ", or name a library file with -D"
            + PROPERTY
            + " or "
            + VARIABLE);
  }
}
