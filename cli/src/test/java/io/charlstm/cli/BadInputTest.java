package io.charlstm.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Bad input is answered by one clear line and exit code 2, and nothing is written. */
final class BadInputTest {
  @TempDir private static Path folder;
  private static Path run;
  private static Path corpus;

  @BeforeAll
  static void train() throws IOException {
    run = TrainedModel.train(folder);
    corpus = folder.resolve("corpus.txt");
  }

  private static Stream<Arguments> corpora() throws IOException {
    return Stream.of(
        Arguments.of(folder.resolve("none.txt"), "no such file"),
        Arguments.of(file("empty.txt", new byte[0]), "empty"),
        Arguments.of(file("one.txt", new byte[] {'e'}), "only 1 character"),
        Arguments.of(file("binary.bin", new byte[] {1, 0, (byte) 0xFF, 0, 7}), "at byte 1"),
        Arguments.of(file("invalid.txt", new byte[] {'a', 'b', (byte) 0xC3, '('}), "at byte 2"),
        Arguments.of(file("short.txt", "abcabcabc".getBytes(StandardCharsets.UTF_8)), ""),
        Arguments.of(Files.createDirectories(folder.resolve("empty-folder")), "empty-folder"));
  }

  private static Path file(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  @ParameterizedTest
  @MethodSource("corpora")
  void aCorpusThatCannotBeTrainedOn(Path bad, String expected) throws IOException {
    Path target = folder.resolve("never");
    refused(expected, TrainedModel.trainArguments(bad, target));
    assertThat(target).doesNotExist();
  }

  @ParameterizedTest
  @MethodSource("corpora")
  void aCorpusThatCannotBeScored(Path bad, String expected) throws IOException {
    refused(expected, "evaluate", run.toString(), "--corpus", bad.toString());
  }

  @Test
  void anUnreadableCorpus() throws IOException {
    assumeFalse("root".equals(System.getProperty("user.name")), "root may read everything");
    Path secret = file("secret.txt", new byte[] {'a', 'b', 'c'});
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("-wx------"));
    refused("permission denied", TrainedModel.trainArguments(secret, folder.resolve("never")));
  }

  @Test
  void aRunThatIsThereAlready() throws IOException {
    refused("already holds a run", TrainedModel.trainArguments(corpus, run, "--steps", "1"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--no-such-flag | unknown option '--no-such-flag'",
        "--preset smal | unknown preset 'smal'; did you mean small?",
        "--set hiden_size=3 | unknown key 'hiden_size'; did you mean hidden_size?",
        "--set hidden_size | KEY=VALUE",
        "--set hidden_size=many | hidden_size must be a whole number",
        "--set hidden_size=0 | hidden_size must be",
        "--set hidden_size=2000000000 | hidden_size must be",
        "--set batch_size=2000000000 | ",
        "--set seq_length=2000000000 | ",
        "--set hidden_size=99999999999999999999 | hidden_size must be a whole number",
        "--set learning_rate=NaN | learning_rate must be a number",
        "--set tied_embedding=true | tied_embedding needs",
        "--steps -1 | steps must be",
        "--seconds never | seconds must be a number",
        "--seed 1.5 | seed must be a whole number",
        "--split 90,5 | split",
        "--split 90,20,20 | split",
        "--token-mode words | token_mode must be one of chars, bytes",
        "--on-invalid ignore | on_invalid must be one of",
        "--device gpu | device must be one of",
        "--device cuda:x | device must be one of",
        "--device cpu --precision tf32 --set batch_size=3 | int8, not in tf32",
        "--device cpu --precision int8 | int8 is for sampling; train in fp32 or bf16",
        "--precision half | precision must be one of",
        "--rnn-algo fastest | rnn_algorithm must be one of",
        "--config none.toml | none.toml",
        "--init-from none | none",
        "--threads -2 | threads must be",
      })
  void aTrainingThatCannotBe(String flags, String expected) throws IOException {
    Path target = folder.resolve("never");
    String[] arguments = {"train", "--corpus", corpus.toString(), "--run", target.toString()};
    refused(expected == null ? "" : expected, joined(arguments, flags.split(" ", -1)));
    assertThat(target).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--temperature 0 | temperature must be above 0",
        "--temperature NaN | temperature must be above 0",
        "--top-p 2 | top-p",
        "--top-k -1 | top-k",
        "--min-p -1 | min-p",
        "--length -1 | --length must not be negative",
        "--length 99999999999 | --length",
        "--streams 0 | --streams must be from 1",
        "--streams 2000000000 | --streams must be from 1",
        "--prompt Ωmega | U+03A9",
        "--prompt-file none.txt | no such file: none.txt",
        "--on-unseen ask | on_unseen",
        "--stop= | stop text",
        "--seed x | --seed",
        "--prompt a --prompt-file b | ",
      })
  void aSampleThatCannotBe(String flags, String expected) throws IOException {
    refused(
        expected == null ? "" : expected,
        joined(new String[] {"sample", run.toString()}, flags.split(" ", -1)));
  }

  private static Stream<Arguments> models() throws IOException {
    byte[] whole = Files.readAllBytes(run.resolve("checkpoints/last.safetensors"));
    byte[] hugeHeader = whole.clone();
    Arrays.fill(hugeHeader, 0, 7, (byte) 0xFF);
    Path exported = folder.resolve("exported.safetensors");
    Invocation.of("export", run.toString(), "--force", "--out", exported.toString());
    byte[] changed = Files.readAllBytes(exported);
    changed[changed.length - 3] ^= 0x10;
    return Stream.of(
        Arguments.of(folder.resolve("none")),
        Arguments.of(file("empty.safetensors", new byte[0])),
        Arguments.of(file("cut-header.safetensors", Arrays.copyOf(whole, 100))),
        Arguments.of(file("cut-data.safetensors", Arrays.copyOf(whole, whole.length - 9))),
        Arguments.of(file("huge-header.safetensors", hugeHeader)),
        Arguments.of(file("text.safetensors", "not a model".getBytes(StandardCharsets.UTF_8))),
        Arguments.of(file("changed.safetensors", changed)),
        Arguments.of(Files.createDirectories(folder.resolve("no-run"))));
  }

  @ParameterizedTest
  @MethodSource("models")
  void aModelThatCannotBeRead(Path model) throws IOException {
    Path target = folder.resolve("never.safetensors");
    refused("", "sample", model.toString(), "--length", "3", "--device", "reference");
    refused("", "evaluate", model.toString(), "--corpus", corpus.toString());
    refused("", "export", model.toString(), "--out", target.toString());
    assertThat(target).doesNotExist();
  }

  @Test
  void anExportOverAFileThatIsThere() throws IOException {
    refused("exists already", "export", run.toString(), "--out", corpus.toString());
  }

  @Test
  void aResumptionOfNothing() throws IOException {
    refused("", "train", "--resume", folder.resolve("none").toString());
    refused("", "train", "--resume", run.toString(), "--preset", "small");
    refused("", "train", "--resume", run.toString(), "--set", "hidden_size=9");
  }

  @ParameterizedTest
  @CsvSource({"--seconds,0", "--seconds,NaN", "--streams,-1", "--vocabulary,-1", "--threads,-1"})
  void aBenchmarkThatCannotBe(String option, String value) throws IOException {
    refused(option, "bench", option, value);
  }

  private static String[] joined(String[] first, String[] second) {
    return Stream.concat(Arrays.stream(first), Arrays.stream(second)).toArray(String[]::new);
  }

  /** Exit code 2, one line on standard error that says {@code expected}, nothing written. */
  private static void refused(String expected, String... arguments) throws IOException {
    Map<Path, String> before = contents();
    Invocation result = Invocation.of(arguments);
    assertThat(result.err()).startsWith("charlstm: ").endsWith("\n").contains(expected);
    assertThat(result.err().lines()).as("one line").hasSize(1);
    assertThat(result.err()).doesNotContain("Exception", "\tat ");
    assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.USAGE);
    assertThat(result.out()).isEmpty();
    assertThat(contents()).as("files").isEqualTo(before);
  }

  private static Map<Path, String> contents() throws IOException {
    Map<Path, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> regular = files.filter(Files::isRegularFile).filter(Files::isReadable).toList();
      for (Path path : regular) {
        contents.put(path, Arrays.hashCode(Files.readAllBytes(path)) + " " + Files.size(path));
      }
    }
    return contents;
  }
}
