package io.charlstm.bindings.install;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.function.Consumer;

/** Compares a file with the archive that it should be. */
final class ArchiveCheck {
  private static final int BLOCK = 1 << 20;

  private ArchiveCheck() {}

  /**
   * Compares size and SHA-256.
   *
   * @throws InstallException when they differ
   */
  static void require(LibraryArchive archive, Path jar, Consumer<String> progress)
      throws IOException {
    if (!Files.isRegularFile(jar)) {
      throw new InstallException("no such file: " + jar);
    }
    long size = Files.size(jar);
    if (size != archive.byteSize()) {
      throw new InstallException(
          String.format(
              Locale.ROOT,
              "%s is not %s: it has %,d bytes instead of %,d; get it again",
              jar,
              archive.coordinates(),
              size,
              archive.byteSize()));
    }
    progress.accept("checking " + jar);
    String digest = sha256(jar);
    if (!digest.equals(archive.sha256())) {
      throw new InstallException(
          jar
              + " is damaged or not "
              + archive.coordinates()
              + ": its SHA-256 is "
              + digest
              + "; delete it and get it again");
    }
  }

  private static String sha256(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      byte[] block = new byte[BLOCK];
      for (int read = in.read(block); read >= 0; read = in.read(block)) {
        digest.update(block, 0, read);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }
}
