package io.charlstm.bindings.library;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class LibraryCacheTest {
  private final Properties properties = new Properties();

  LibraryCacheTest() {
    properties.setProperty("user.home", "/home/u");
    properties.setProperty("os.name", "Linux");
  }

  @Test
  void theFirstSettingOfPropertyVariableXdgAndHomeWins() {
    Map<String, String> all = Map.of("CHARLSTM_CACHE", "/v", "XDG_CACHE_HOME", "/x");
    Properties chosen = new Properties();
    chosen.setProperty("charlstm.cache", "/p");
    assertThat(LibraryCache.folder(chosen, all)).isEqualTo(Path.of("/p").toAbsolutePath());
    assertThat(LibraryCache.folder(properties, all)).isEqualTo(Path.of("/v").toAbsolutePath());
    assertThat(LibraryCache.folder(properties, Map.of("XDG_CACHE_HOME", "/x")))
        .isEqualTo(Path.of("/x/charlstm").toAbsolutePath());
    assertThat(LibraryCache.folder(properties, Map.of("LOCALAPPDATA", "/l", "CHARLSTM_CACHE", "")))
        .isEqualTo(Path.of("/home/u/.cache/charlstm").toAbsolutePath());
  }

  @Test
  void windowsHasAFolderOfItsOwn() {
    properties.setProperty("os.name", "Windows 11");
    assertThat(LibraryCache.folder(properties, Map.of("LOCALAPPDATA", "/l")))
        .isEqualTo(Path.of("/l/charlstm").toAbsolutePath());
  }
}
