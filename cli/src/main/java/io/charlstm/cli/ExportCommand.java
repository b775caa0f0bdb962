package io.charlstm.cli;

import io.charlstm.sampler.ModelFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code charlstm export}: a model's weights for other programs. */
@Command(
    addMethodSubcommands = false,
    name = "export",
    description = {
      "Writes a model's weights alone, in fp32 under PyTorch's names, shapes and gate order.",
      "The file is a model of charlstm, too; what only a resumed training needs is left out."
    })
final class ExportCommand implements Runnable {
  /** What can be written. */
  enum Format {
    SAFETENSORS
  }

  private final Console console;

  @Parameters(paramLabel = "MODEL", description = "Run folder or .safetensors file.")
  private Path modelPath;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "SAFETENSORS",
      description = "safetensors (default).")
  private Format format;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "File to write.")
  private Path target;

  @Option(names = "--force", description = "Replaces the file when there is one.")
  private boolean force;

  ExportCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    Path file = ModelFiles.resolve(modelPath);
    if (Files.exists(target) && !force) {
      throw new UsageException(target + " exists already; name another file or add --force");
    }
    switch (format) {
      case SAFETENSORS -> ModelFiles.exportWeights(file, target);
    }
    console.err().println("charlstm: wrote " + target);
  }
}
