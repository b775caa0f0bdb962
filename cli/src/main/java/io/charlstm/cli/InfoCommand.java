package io.charlstm.cli;

import io.charlstm.sampler.ModelFiles;
import io.charlstm.sampler.ModelSpec;
import io.charlstm.trainer.JsonLine;
import io.charlstm.trainer.recipe.NetworkDrawing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code charlstm info}: what a model file holds. */
@Command(
    addMethodSubcommands = false,
    name = "info",
    description = "Says what a model holds: configuration, vocabulary, steps and losses.")
final class InfoCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "MODEL", description = "Run folder or .safetensors file.")
  private Path modelPath;

  @Option(names = "--json", description = "Prints one JSON object.")
  private boolean json;

  @Option(
      names = "--graph",
      paramLabel = "FILE",
      description = "Draws the network into a new SVG file: layers, shapes, parameters.")
  private Path graph;

  InfoCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Path file = ModelFiles.resolve(modelPath);
    ModelSpec spec = ModelFiles.readSpec(file);
    if (graph != null) {
      String title = modelPath.toAbsolutePath().normalize().getFileName().toString();
      Files.writeString(
          graph,
          NetworkDrawing.svg(spec.network(), title),
          StandardCharsets.UTF_8,
          StandardOpenOption.CREATE_NEW);
    }
    console.out().println(json ? object(file, spec) : text(file, spec));
    return ExitCode.OK;
  }

  private static String object(Path file, ModelSpec spec) {
    var object = new JsonLine().put("file", file.toString());
    spec.config().forEach(object::put);
    return object
        .put("vocabulary", VocabularyJson.of(spec.vocabulary()))
        .put("vocabulary_size", spec.vocabulary().size())
        .put("step", spec.step())
        .put("parameters", spec.network().parameterCount())
        .finish();
  }

  private static String text(Path file, ModelSpec spec) {
    var text = new StringBuilder();
    line(text, "file", file);
    line(text, "step", spec.step());
    line(text, "parameters", String.format(Locale.ROOT, "%,d", spec.network().parameterCount()));
    line(text, "vocabulary", spec.vocabulary());
    spec.config().forEach((key, value) -> line(text, key, value));
    return text.toString().stripTrailing();
  }

  private static void line(StringBuilder text, String name, Object value) {
    text.append(String.format(Locale.ROOT, "%-24s %s%n", name, visible(value.toString())));
  }

  /** A terminal is not sent control characters, which an extra symbol or a prompt may be. */
  private static String visible(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              if (Character.isISOControl(c)) {
                out.append(String.format(Locale.ROOT, "U+%04X", c));
              } else {
                out.appendCodePoint(c);
              }
            });
    return out.toString();
  }
}
