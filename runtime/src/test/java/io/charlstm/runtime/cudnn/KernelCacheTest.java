package io.charlstm.runtime.cudnn;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelCacheTest {
  private static final byte[] CODE = {1, 2, 3, 4, 5};

  @TempDir Path folder;

  @Test
  void whatIsKeptIsFound() throws IOException {
    KernelCache cache = new KernelCache(folder.resolve("new/folder"));
    String key = KernelCache.key(List.of("a"));
    assertThat(cache.find(key)).isEmpty();
    cache.keep(key, CODE);
    assertThat(cache.find(key)).hasValue(CODE);
    try (Stream<Path> files = Files.list(folder.resolve("new/folder"))) {
      assertThat(files).hasSize(1);
    }
    cache.drop(key);
    assertThat(cache.find(key)).isEmpty();
  }

  @Test
  void damagedFilesAreNotFound() throws IOException {
    KernelCache cache = new KernelCache(folder);
    cache.keep("k", CODE);
    Path file = folder.resolve("k.cubin");
    byte[] whole = Files.readAllBytes(file);
    for (int cut = 0; cut < whole.length; cut++) {
      Files.write(file, Arrays.copyOf(whole, cut));
      assertThat(cache.find("k")).as("cut to %d bytes", cut).isEmpty();
    }
    for (int i = 0; i < whole.length; i++) {
      byte[] changed = whole.clone();
      changed[i] ^= 64;
      Files.write(file, changed);
      assertThat(cache.find("k")).as("byte %d changed", i).isEmpty();
    }
  }

  @Test
  void keysTellPartsApart() {
    assertThat(
            Stream.of(List.of("ab", "c"), List.of("a", "bc"), List.of("abc"), List.of("abc", ""))
                .map(KernelCache::key))
        .doesNotHaveDuplicates();
  }

  @Test
  void anUnusableFolderIsNoError() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "");
    KernelCache cache = new KernelCache(file);
    cache.keep("k", CODE);
    assertThat(cache.find("k")).isEmpty();
  }
}
