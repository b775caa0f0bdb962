package io.charlstm.cli;

import io.charlstm.bindings.install.LibraryArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Looks into the user's local Maven repository without starting Maven: system property {@code
 * maven.repo.local}, else what {@code ~/.m2/settings.xml} says, else {@code ~/.m2/repository}. When
 * the repository is elsewhere, Maven itself knows.
 */
final class MavenRepository {
  private static final Pattern LOCAL_REPOSITORY =
      Pattern.compile("<localRepository>\\s*([^<]+?)\\s*</localRepository>");
  private static final Pattern COMMENT = Pattern.compile("<!--.*?-->", Pattern.DOTALL);

  private MavenRepository() {}

  /** The jar, if a file of its size is there; the caller compares the digest. */
  static Optional<Path> find(LibraryArchive archive) throws IOException {
    Path jar = folder().resolve(archive.repositoryPath());
    return Files.isRegularFile(jar) && Files.size(jar) == archive.byteSize()
        ? Optional.of(jar)
        : Optional.empty();
  }

  /** The repository's folder; it need not exist. */
  static Path folder() throws IOException {
    String home = System.getProperty("user.home");
    String chosen = System.getProperty("maven.repo.local");
    if (chosen != null) {
      return Path.of(chosen);
    }
    Path settings = Path.of(home, ".m2", "settings.xml");
    if (Files.isReadable(settings)) {
      String text = COMMENT.matcher(Files.readString(settings)).replaceAll("");
      Matcher element = LOCAL_REPOSITORY.matcher(text);
      if (element.find()) {
        return Path.of(element.group(1).replace("${user.home}", home));
      }
    }
    return Path.of(home, ".m2", "repository");
  }
}
