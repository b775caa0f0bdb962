package io.charlstm.cli;

import io.charlstm.runtime.Backend;
import io.charlstm.sampler.CharModel;
import io.charlstm.sampler.Sampling;
import io.charlstm.sampler.TextGenerator;
import io.charlstm.trainer.JsonLine;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code charlstm sample}: text from a model. */
@Command(
    addMethodSubcommands = false,
    name = "sample",
    description = "Writes text with a model: the prompt and what follows, to standard output.")
final class SampleCommand implements Callable<Integer> {
  /** More texts at once than fit any memory are a slip of the keyboard. */
  private static final int MOST_STREAMS = 1 << 16;

  private final Console console;

  @Parameters(paramLabel = "MODEL", description = "Run folder or .safetensors file.")
  private Path modelPath;

  @ArgGroup private Prompt prompt = new Prompt();

  /** One prompt or the other. */
  static final class Prompt {
    @Option(names = "--prompt", paramLabel = "TEXT", description = "Text to go on from.")
    private String text;

    @Option(
        names = "--prompt-file",
        paramLabel = "FILE",
        description = "UTF-8 file with the text to go on from.")
    private Path file;

    @Option(
        names = "--random-start",
        description = "Starts with a character of the model's, each equally likely.")
    private boolean random;

    private String resolve() throws IOException {
      if (file == null) {
        return text == null ? "" : text;
      }
      try {
        return Files.readString(file, StandardCharsets.UTF_8);
      } catch (CharacterCodingException e) {
        throw new UsageException(file + ": the prompt is not valid UTF-8", e);
      }
    }
  }

  @Option(
      names = "--length",
      paramLabel = "N",
      defaultValue = "500",
      description = "Characters to write (default: 500).")
  private int length;

  @Option(
      names = "--streams",
      paramLabel = "N",
      defaultValue = "1",
      description = "Independent texts, each below a line that numbers it (default: 1).")
  private int streams;

  @Mixin private SamplingOptions options = new SamplingOptions();
  @Mixin private ComputeOptions compute = new ComputeOptions();

  @Option(
      names = "--json",
      description = "Prints one JSON object a text: stream, seed, prompt, text.")
  private boolean json;

  SampleCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    if (length < 0) {
      throw new UsageException("--length must not be negative: " + length);
    }
    if (streams < 1 || streams > MOST_STREAMS) {
      throw new UsageException("--streams must be from 1 to " + MOST_STREAMS + ": " + streams);
    }
    Sampling sampling = options.resolve();
    String start = prompt.resolve();
    try (Backend backend = compute.open();
        CharModel model = CharModel.load(modelPath, backend);
        TextGenerator generator = TextGenerator.of(model, sampling, streams)) {
      List<String> starts = begin(generator, start);
      compute.explain(console);
      reportPrompt(generator);
      write(generator, starts);
    }
    return ExitCode.OK;
  }

  /** Starts the texts; what each starts with. */
  private List<String> begin(TextGenerator generator, String start) {
    if (prompt.random) {
      return generator.promptRandom();
    }
    generator.prompt(start);
    return Collections.nCopies(streams, start);
  }

  private void reportPrompt(TextGenerator generator) {
    if (options.seedIsDrawn() && !json) {
      console.err().println("charlstm: seed " + generator.seed());
    }
    if (generator.unseen() > 0) {
      console
          .err()
          .println(
              "charlstm: the model does not know "
                  + generator.unseen()
                  + " characters of the prompt");
    }
  }

  private void write(TextGenerator generator, List<String> starts) {
    if (json) {
      writeJson(generator, starts);
    } else if (streams > 1) {
      writeSeveral(generator.generateAll(length), starts);
    } else {
      stream(generator, starts.getFirst());
    }
  }

  private void writeJson(TextGenerator generator, List<String> starts) {
    List<String> texts = generator.generateAll(length);
    for (int i = 0; i < texts.size(); i++) {
      console
          .out()
          .println(
              new JsonLine()
                  .put("stream", i)
                  .put("seed", generator.seed())
                  .put("prompt", starts.get(i))
                  .put("text", texts.get(i))
                  .finish());
    }
  }

  private void writeSeveral(List<String> texts, List<String> starts) {
    for (int i = 0; i < texts.size(); i++) {
      console.out().println("--- " + (i + 1) + " ---");
      console.out().println(starts.get(i) + texts.get(i));
    }
  }

  /** Each piece is flushed, so that a reader sees the text grow; a reader that left ends it. */
  private void stream(TextGenerator generator, String start) {
    console.out().print(start);
    try {
      generator.generate(
          length,
          (_, text) -> {
            console.out().print(text);
            if (console.out().checkError()) {
              throw new ReaderLeft();
            }
          });
    } catch (ReaderLeft ignored) {
      return;
    }
    if (console.errIsTerminal()) {
      console.err().println();
    }
  }

  /** Nobody reads standard output any more, as behind {@code | head}. */
  private static final class ReaderLeft extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ReaderLeft() {
      super("standard output was closed", null, false, false);
    }
  }
}
