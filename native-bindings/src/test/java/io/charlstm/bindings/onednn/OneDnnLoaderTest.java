package io.charlstm.bindings.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A library that cannot be loaded is a stored reason, not an error. */
class OneDnnLoaderTest {
  private static final String LIBRARY = "charlstm.onednn.library";
  private static final String CACHE = "charlstm.cache";

  @TempDir Path folder;

  @AfterEach
  void restore() {
    System.clearProperty(LIBRARY);
    System.clearProperty(CACHE);
  }

  @Test
  void aChosenFileThatIsMissingIsNamed() {
    Path missing = folder.resolve("libdnnl.so");
    System.setProperty(LIBRARY, missing.toString());
    assertReason("there is no file " + missing, LIBRARY);
  }

  @Test
  void aChosenFileThatIsNoLibraryIsNamed() throws IOException {
    Path text = folder.resolve("libtext.so");
    Files.writeString(text, "not a library", StandardCharsets.UTF_8);
    System.setProperty(LIBRARY, text.toString());
    assertReason(text.toString(), "does not load");
  }

  @Test
  void aChosenLibraryThatIsNotOneDnnIsNamed() {
    Path gomp = OneDnn.get().libraryPath().resolveSibling("libgomp.so.1");
    assumeTrue(Files.isRegularFile(gomp), "only the Linux jars have libgomp");
    System.setProperty(LIBRARY, gomp.toString());
    assertReason(gomp.toString(), "is not oneDNN");
  }

  @Test
  void aCacheThatCannotBeWrittenIsNamedWithTheCure() throws IOException {
    // A folder below a file cannot be made, not even by an administrator.
    Path file = Files.createFile(folder.resolve("file"));
    System.setProperty(CACHE, file.resolve("cache").toString());
    assertReason(file.toString(), "-Dcharlstm.cache=FOLDER");
  }

  @Test
  void theChosenFileIsUsedInPlaceOfTheBundledOne() {
    Path bundled = OneDnn.get().libraryPath();
    System.setProperty(LIBRARY, bundled.toString());
    OneDnnLoader.Attempt attempt = OneDnnLoader.attempt();
    assertThat(attempt.reasons()).isEmpty();
    assertThat(attempt.library().libraryPath()).isEqualTo(bundled);
  }

  private static void assertReason(String... parts) {
    OneDnnLoader.Attempt attempt = OneDnnLoader.attempt();
    assertThat(attempt.library()).isNull();
    assertThat(attempt.reasons())
        .singleElement()
        .satisfies(reason -> assertThat(reason).contains(parts));
  }
}
