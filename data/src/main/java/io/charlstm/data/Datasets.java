package io.charlstm.data;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Corpora with names. {@code jdk} is the source code of the running JDK and needs no network; the
 * others are downloaded once into a cache folder, where their SHA-256 is checked on every use.
 */
public final class Datasets {
  /** The name of the dataset that every JDK with its sources has. */
  public static final String JDK = "jdk";

  private static final List<DownloadedDataset> DOWNLOADED =
      List.of(
          new DownloadedDataset(
              "tinyshakespeare",
              "40,000 lines of Shakespeare's plays",
              URI.create(
                  "https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt"),
              "tinyshakespeare.txt",
              1_115_394,
              "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed"),
          new DownloadedDataset(
              "enwik8",
              "the first 10^8 bytes of an English Wikipedia dump",
              URI.create("https://mattmahoney.net/dc/enwik8.zip"),
              "enwik8.zip",
              36_445_475,
              "547994d9980ebed1288380d652999f38a14fe291a6247c157c3d33d4932534bc"),
          new DownloadedDataset(
              "text8",
              "10^8 characters of English Wikipedia text, a to z and space",
              URI.create("https://mattmahoney.net/dc/text8.zip"),
              "text8.zip",
              31_344_016,
              "a6640522afe85d1963ad56c05b0ede0a0c000dddc9671758a6cc09b7a38e5232"));

  private final Path cache;
  private final JdkSources jdk;
  private final List<DownloadedDataset> downloaded;

  Datasets(Path cache, JdkSources jdk, List<DownloadedDataset> downloaded) {
    this.cache = cache;
    this.jdk = jdk;
    this.downloaded = List.copyOf(downloaded);
  }

  /** The datasets with the {@linkplain #defaultCache() default cache folder}. */
  public static Datasets standard() {
    return in(defaultCache());
  }

  /** The datasets with a cache folder, which is made when first needed. */
  public static Datasets in(Path cache) {
    return new Datasets(cache, JdkSources.ofRunningJdk(), DOWNLOADED);
  }

  /** {@code CHARLSTM_CACHE} from the environment, or else {@code ~/.cache/charlstm}. */
  public static Path defaultCache() {
    return defaultCache(System::getenv);
  }

  static Path defaultCache(Function<String, String> environment) {
    String chosen = environment.apply("CHARLSTM_CACHE");
    return chosen == null || chosen.isBlank()
        ? Path.of(System.getProperty("user.home"), ".cache", "charlstm")
        : Path.of(chosen);
  }

  /** The names, {@value #JDK} first. */
  public List<String> names() {
    return list().stream().map(DatasetInfo::name).toList();
  }

  /** What there is. */
  public List<DatasetInfo> list() {
    List<DatasetInfo> all = new ArrayList<>();
    all.add(jdk.info());
    downloaded.forEach(dataset -> all.add(dataset.info(cache)));
    return List.copyOf(all);
  }

  /**
   * The file of a dataset, downloaded if it is not there yet or is damaged.
   *
   * @return a text or zip file in the cache folder; the JDK's own src.zip for {@value #JDK}
   * @throws CorpusException when the name is unknown, the download fails or its checksum is wrong
   */
  public Path fetch(String name) {
    if (name.equals(JDK)) {
      return jdk.archive();
    }
    for (DownloadedDataset dataset : downloaded) {
      if (dataset.name().equals(name)) {
        return dataset.fetch(cache);
      }
    }
    throw new CorpusException(
        name + ": no dataset of that name (datasets: " + String.join(", ", names()) + ")");
  }

  /** Reads a dataset, fetching it first. */
  void read(String name, DocumentVisitor visitor) {
    Path file = fetch(name);
    if (name.equals(JDK)) {
      SourceReader.readZip(file, JdkSources::isSelected, visitor);
    } else if (file.toString().endsWith(".zip")) {
      SourceReader.readZip(file, _ -> true, visitor);
    } else {
      SourceReader.readFile(file, file.toString(), false, visitor);
    }
  }
}
