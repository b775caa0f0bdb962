package io.charlstm.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** Walks the documents of a source in their fixed order. */
final class SourceReader {
  private SourceReader() {}

  /**
   * Hands every document to a visitor.
   *
   * @throws CorpusException when something cannot be read, or there is nothing to read
   */
  @SuppressWarnings("IfChainToSwitch") // for a switch the JVM makes a class at each start
  static void read(CorpusSource source, DocumentVisitor visitor) {
    if (source instanceof CorpusSource.TextFile(Path path)) {
      readFile(path, path.toString(), false, visitor);
    } else if (source instanceof CorpusSource.Folder(Path path)) {
      readFolder(path, visitor);
    } else if (source instanceof CorpusSource.ZipArchive(Path path)) {
      readZip(path, SourceReader::isVisible, visitor);
    } else if (source instanceof CorpusSource.StandardInput(InputStream stream)) {
      readStream(stream, visitor);
    } else if (source instanceof CorpusSource.NamedDataset(String name, Datasets datasets)) {
      datasets.read(name, visitor);
    } else {
      ((CorpusSource.Several) source).sources().forEach(one -> read(one, visitor));
    }
  }

  private static void readStream(InputStream stream, DocumentVisitor visitor) {
    try {
      visitor.visit("standard input", stream, false);
    } catch (IOException e) {
      throw CorpusException.reading("standard input", e);
    }
  }

  static void readFile(Path path, String name, boolean mayBeBinary, DocumentVisitor visitor) {
    if (Files.exists(path) && !Files.isRegularFile(path)) {
      throw new CorpusException(
          Files.isDirectory(path)
              ? name + ": is a folder where a file is expected"
              : name + ": is a device or pipe, not a file: pipe it in with --corpus -");
    }
    try (InputStream stream = Files.newInputStream(path)) {
      visitor.visit(name, stream, mayBeBinary);
    } catch (IOException e) {
      throw CorpusException.reading(name, e);
    }
  }

  private static void readFolder(Path folder, DocumentVisitor visitor) {
    List<Path> files = new ArrayList<>();
    Path root;
    try {
      root = folder.toRealPath();
      Files.walkFileTree(root, new VisibleFiles(root, files));
    } catch (IOException e) {
      throw CorpusException.reading(place(e, folder), e);
    }
    if (files.isEmpty()) {
      throw new CorpusException(folder + ": the folder holds no files");
    }
    files.sort(Comparator.comparing(file -> relativeName(root, file)));
    for (Path file : files) {
      readFile(file, folder.resolve(root.relativize(file)).toString(), true, visitor);
    }
  }

  /** The very file or folder that failed, where the failure names it. */
  private static String place(IOException failure, Path otherwise) {
    return failure instanceof FileSystemException named && named.getFile() != null
        ? named.getFile()
        : otherwise.toString();
  }

  /** The path under the folder with '/' on every system, so that the order is the same too. */
  private static String relativeName(Path root, Path file) {
    List<String> parts = new ArrayList<>();
    root.relativize(file).forEach(part -> parts.add(part.toString()));
    return String.join("/", parts);
  }

  /** Reads the entries whose names are wanted, ordered by name. */
  static void readZip(Path path, Predicate<String> wanted, DocumentVisitor visitor) {
    try (ZipFile zip = new ZipFile(path.toFile())) {
      List<? extends ZipEntry> entries =
          zip.stream()
              .filter(entry -> !entry.isDirectory() && wanted.test(entry.getName()))
              .sorted(Comparator.comparing(ZipEntry::getName))
              .toList();
      if (entries.isEmpty()) {
        throw new CorpusException(path + ": the zip holds no files to read");
      }
      for (ZipEntry entry : entries) {
        readEntry(zip, entry, path + "!/" + entry.getName(), visitor);
      }
    } catch (IOException e) {
      throw CorpusException.reading(path.toString(), e);
    }
  }

  private static void readEntry(ZipFile zip, ZipEntry entry, String name, DocumentVisitor visitor) {
    CRC32 checksum = new CRC32();
    try (InputStream stream = new CheckedInputStream(zip.getInputStream(entry), checksum)) {
      visitor.visit(name, stream, true);
      boolean readToItsEnd = stream.read() < 0;
      if (readToItsEnd && checksum.getValue() != entry.getCrc()) {
        throw new IOException("its checksum is wrong, so the zip is damaged");
      }
    } catch (IOException e) {
      throw CorpusException.reading(name, e);
    }
  }

  private static boolean isVisible(String entryName) {
    for (String part : entryName.split("/", -1)) {
      if (part.startsWith(".") || part.equals("__MACOSX")) {
        return false;
      }
    }
    return true;
  }

  /** Collects the regular files that are not hidden; links are not followed. */
  private static final class VisibleFiles extends SimpleFileVisitor<Path> {
    private final Path root;
    private final List<Path> files;

    VisibleFiles(Path root, List<Path> files) {
      this.root = root;
      this.files = files;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
        throws IOException {
      boolean skip = !folder.equals(root) && isHidden(folder);
      return skip ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      if (attributes.isRegularFile() && !isHidden(file)) {
        files.add(file);
      }
      return FileVisitResult.CONTINUE;
    }

    private static boolean isHidden(Path path) throws IOException {
      return path.getFileName().toString().startsWith(".") || Files.isHidden(path);
    }
  }
}
