package io.charlstm.cli;

import io.charlstm.data.CleanText;
import io.charlstm.data.Cleaning;
import io.charlstm.data.CorpusOptions;
import io.charlstm.data.CorpusSource;
import io.charlstm.data.InvalidPolicy;
import io.charlstm.trainer.JsonLine;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code charlstm data clean}. */
@Command(
    addMethodSubcommands = false,
    name = "clean",
    description = {
      "Runs a text through cleaners, in the order given, into a new file.",
      "A training does the same with --set clean=CLEANER,CLEANER and needs no such file."
    })
final class DataCleanCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(arity = "0..*", paramLabel = "CLEANER", description = "Cleaners, see --list.")
  private List<String> cleaners = new ArrayList<>();

  @Option(names = "--list", description = "Lists the cleaners there are.")
  private boolean list;

  @Option(
      names = "--corpus",
      paramLabel = "SOURCE",
      description = "File, folder, zip, - (standard input) or dataset; may be repeated.")
  private List<String> sources = new ArrayList<>();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "The new file; without it, or with -, the text goes to standard output.")
  private String out = "-";

  @Option(
      names = "--on-invalid",
      paramLabel = "POLICY",
      defaultValue = "error",
      description = "Invalid UTF-8: error, replace or skip.")
  private String onInvalid;

  @Option(names = "--json", description = "With --list: prints one JSON object a line.")
  private boolean json;

  DataCleanCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    if (list) {
      Cleaning.known().forEach(this::print);
      return ExitCode.OK;
    }
    if (cleaners.isEmpty() || sources.isEmpty()) {
      throw new UsageException(
          "data clean needs cleaners and a text, such as: data clean strip-lines --corpus FILE"
              + " --out FILE; data clean --list shows the cleaners");
    }
    CorpusOptions options =
        CorpusOptions.defaults()
            .withOnInvalid(InvalidPolicy.parse(onInvalid))
            .withCleaning(new Cleaning(cleaners));
    CorpusSource source = CorpusSource.parse(sources);
    if (out.equals("-")) {
      Writer writer = new OutputStreamWriter(console.out(), StandardCharsets.UTF_8);
      CleanText.write(source, options, writer);
      return ExitCode.OK;
    }
    long characters = CleanText.write(source, options, Path.of(out));
    console.err().println(String.format(Locale.ROOT, "%s: %,d characters", out, characters));
    return ExitCode.OK;
  }

  private void print(Cleaning.Known cleaner) {
    console
        .out()
        .println(
            json
                ? new JsonLine()
                    .put("name", cleaner.name())
                    .put("description", cleaner.description())
                    .finish()
                : String.format(Locale.ROOT, "%-16s %s", cleaner.name(), cleaner.description()));
  }
}
