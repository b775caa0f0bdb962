package io.charlstm.bindings.install;

import io.charlstm.bindings.install.LibraryArchive.Library;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A small jar in place of the one of 2 GB. */
record FakeArchive(Path jar, LibraryArchive description) {
  static final Map<String, byte[]> CONTENT =
      Map.of("liba.so.1", new byte[] {1, 2, 3, 4, 5}, "libb.so.2", new byte[70_000]);

  static FakeArchive in(Path folder) throws IOException, NoSuchAlgorithmException {
    Path jar = folder.resolve("fake-1.jar");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
      for (String name : List.of("liba.so.1", "libb.so.2")) {
        zip.putNextEntry(new ZipEntry("inside/" + name));
        zip.write(CONTENT.get(name));
      }
      zip.putNextEntry(new ZipEntry("inside/libunwanted.so.3"));
      zip.write(new byte[11]);
    }
    byte[] bytes = Files.readAllBytes(jar);
    String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    return new FakeArchive(jar, describe(bytes.length, digest, 5, 70_000));
  }

  static LibraryArchive describe(long byteSize, String sha256, long a, long b) {
    return new LibraryArchive(
        "org.example",
        "fake",
        "1",
        "any",
        byteSize,
        sha256,
        "inside/",
        List.of(new Library("liba.so.1", a), new Library("libb.so.2", b)),
        "fake/1",
        "unwanted");
  }
}
