package io.charlstm.data;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Where the text of a corpus is. Several documents follow one another with nothing in between; a
 * byte order mark is dropped at the start of each.
 */
public sealed interface CorpusSource {

  /** One file of text. */
  record TextFile(Path path) implements CorpusSource {
    @Override
    public String description() {
      return path.toString();
    }
  }

  /**
   * All regular files under a folder, ordered by relative path. Left out are hidden files and
   * folders, symbolic links, and in character mode files that are binary (a NUL among their first
   * 8192 bytes), which are counted.
   */
  record Folder(Path path) implements CorpusSource {
    @Override
    public String description() {
      return path.toString();
    }
  }

  /** All entries of a zip file, ordered by name; left out is what {@link Folder} leaves out. */
  record ZipArchive(Path path) implements CorpusSource {
    @Override
    public String description() {
      return path.toString();
    }
  }

  /** A stream that is read to its end, once, and not closed. */
  record StandardInput(InputStream stream) implements CorpusSource {
    @Override
    public String description() {
      return "standard input";
    }
  }

  /** A corpus known to {@link Datasets}. */
  record NamedDataset(String name, Datasets datasets) implements CorpusSource {
    @Override
    public String description() {
      return name;
    }
  }

  /** Several sources, one after the other. */
  record Several(List<CorpusSource> sources) implements CorpusSource {
    public Several {
      sources = List.copyOf(sources);
    }

    @Override
    public String description() {
      return sources.getFirst().description() + " and " + (sources.size() - 1) + " more";
    }
  }

  /** The source in a few words, for messages. */
  String description();

  /** As {@link #parse(List, Datasets)} with the datasets kept in the default cache folder. */
  static CorpusSource parse(List<String> arguments) {
    return parse(arguments, Datasets.standard());
  }

  /**
   * The source that command line words name: {@code -} is standard input, a path that exists is
   * that file, folder or zip (by its name's end), and any other word is a dataset. So a file named
   * like a dataset wins; several words follow one another.
   *
   * @throws CorpusException when a word names nothing, or there is none
   */
  static CorpusSource parse(List<String> arguments, Datasets datasets) {
    if (arguments.isEmpty()) {
      throw new CorpusException("no corpus given: name a file, a folder, a zip, - or a dataset");
    }
    if (arguments.stream().filter("-"::equals).count() > 1) {
      throw new CorpusException("-: standard input can be read only once");
    }
    List<CorpusSource> sources = arguments.stream().map(word -> one(word, datasets)).toList();
    return sources.size() == 1 ? sources.getFirst() : new Several(sources);
  }

  private static CorpusSource one(String word, Datasets datasets) {
    if (word.equals("-")) {
      return new StandardInput(System.in);
    }
    Path path = path(word);
    if (Files.isDirectory(path)) {
      return new Folder(path);
    }
    if (Files.exists(path)) {
      boolean zip = word.toLowerCase(Locale.ROOT).endsWith(".zip");
      return zip ? new ZipArchive(path) : new TextFile(path);
    }
    if (datasets.names().contains(word)) {
      return new NamedDataset(word, datasets);
    }
    throw new CorpusException(
        word
            + ": no such file or folder, and no dataset of that name (datasets: "
            + String.join(", ", datasets.names())
            + ")");
  }

  private static Path path(String word) {
    try {
      if (word.isEmpty()) {
        throw new CorpusException("the name of the corpus is empty");
      }
      return Path.of(word);
    } catch (InvalidPathException e) {
      throw new CorpusException("the name of the corpus is not a path: " + e.getReason(), e);
    }
  }
}
