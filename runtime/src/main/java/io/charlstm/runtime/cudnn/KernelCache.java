package io.charlstm.runtime.cudnn;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Compiled kernels on disk. A file's name is a checksum of all that went into the compilation; its
 * content is a checksum of the code, then the code. Files are written beside their place and moved
 * there atomically, so several processes may share the folder. A cache that cannot be read or
 * written costs time only.
 */
final class KernelCache {
  private static final int CHECKSUM_BYTES = 32;

  private final Path folder;

  /**
   * @param folder created when the first kernels are kept
   */
  KernelCache(Path folder) {
    this.folder = folder;
  }

  /** The name for code compiled from these texts. */
  static String key(List<String> parts) {
    MessageDigest digest = sha256();
    for (String part : parts) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
      digest.update(bytes);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** The code kept under a key; empty when there is none or its file is damaged. */
  Optional<byte[]> find(String key) {
    try {
      byte[] file = Files.readAllBytes(file(key));
      if (file.length <= CHECKSUM_BYTES) {
        return Optional.empty();
      }
      byte[] code = Arrays.copyOfRange(file, CHECKSUM_BYTES, file.length);
      byte[] recorded = Arrays.copyOf(file, CHECKSUM_BYTES);
      return MessageDigest.isEqual(recorded, sha256().digest(code))
          ? Optional.of(code)
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** Keeps code under a key, if the folder can be written. */
  void keep(String key, byte[] code) {
    try {
      Files.createDirectories(folder);
      Path unfinished = Files.createTempFile(folder, key, ".part");
      try {
        write(unfinished, code);
        Files.move(unfinished, file(key), StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(unfinished);
      }
    } catch (IOException e) {
      // The next process compiles once more.
    }
  }

  /** Forgets what is kept under a key. */
  void drop(String key) {
    try {
      Files.deleteIfExists(file(key));
    } catch (IOException e) {
      // It is overwritten by what is compiled now, or stays as unusable as it was.
    }
  }

  private static void write(Path file, byte[] code) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.allocate(CHECKSUM_BYTES + code.length);
      bytes.put(sha256().digest(code)).put(code).flip();
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  private Path file(String key) {
    return folder.resolve(key + ".cubin");
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java platform has it
    }
  }
}
