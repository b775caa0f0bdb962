package io.charlstm.bindings.library;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;

/**
 * A file inside of a jar and what the jar records of it.
 *
 * @param size bytes, unpacked
 * @param crc CRC-32 of the unpacked bytes
 */
record ArchivedFile(URL location, long size, long crc) {
  /**
   * Looks a resource up. A jar's directory gives size and checksum at once; a resource of another
   * kind is read through.
   */
  static ArchivedFile of(URL location) throws IOException {
    URLConnection connection = location.openConnection();
    connection.setUseCaches(false);
    if (connection instanceof JarURLConnection jar) {
      try (var _ = jar.getJarFile()) {
        ZipEntry entry = jar.getJarEntry();
        if (entry != null && entry.getSize() >= 0 && entry.getCrc() >= 0) {
          return new ArchivedFile(location, entry.getSize(), entry.getCrc());
        }
      }
    }
    try (CheckedInputStream in = new CheckedInputStream(open(location), new CRC32())) {
      long size = in.transferTo(OutputStream.nullOutputStream());
      return new ArchivedFile(location, size, in.getChecksum().getValue());
    }
  }

  /** Copies the bytes; fails unless they are the recorded ones. */
  void copyTo(OutputStream out) throws IOException {
    try (CheckedInputStream in = new CheckedInputStream(open(location), new CRC32())) {
      long copied = in.transferTo(out);
      if (copied != size || in.getChecksum().getValue() != crc) {
        throw new IOException(location + " is damaged: size or checksum differ from the jar's");
      }
    }
  }

  private static InputStream open(URL location) throws IOException {
    URLConnection connection = location.openConnection();
    connection.setUseCaches(false);
    return connection.getInputStream();
  }
}
