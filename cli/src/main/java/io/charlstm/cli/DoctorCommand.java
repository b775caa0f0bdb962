package io.charlstm.cli;

import io.charlstm.cli.Finding.State;
import io.charlstm.trainer.JsonLine;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code charlstm doctor}: what this machine offers, and how to cure what is missing. */
@Command(
    addMethodSubcommands = false,
    name = "doctor",
    description = {
      "Says what was found: JDK, CPU, GPU, libraries, memory, and what to do about what is missing.",
      "Exit code 0 when training can run here, else 1."
    })
final class DoctorCommand implements Callable<Integer> {
  private final Console console;

  @Option(names = "--json", description = "Prints one JSON object.")
  private boolean json;

  DoctorCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    List<Finding> findings = MachineFindings.all();
    boolean usable = findings.stream().noneMatch(finding -> finding.state() == State.BAD);
    if (json) {
      printJson(findings, usable);
    } else {
      findings.forEach(this::printLine);
    }
    return usable ? ExitCode.OK : ExitCode.FAILURE;
  }

  private void printLine(Finding finding) {
    String mark =
        switch (finding.state()) {
          case GOOD -> "ok     ";
          case ABSENT -> "absent ";
          case BAD -> "MISSING";
        };
    console.out().println(mark + "  " + padded(finding.name()) + "  " + finding.detail());
    if (!finding.cure().isEmpty()) {
      console.out().println(" ".repeat(9) + padded("") + "  -> " + finding.cure());
    }
  }

  private static String padded(String name) {
    return name + " ".repeat(Math.max(0, 12 - name.length()));
  }

  private void printJson(List<Finding> findings, boolean usable) {
    var object = new JsonLine().put("ok", usable);
    for (Finding finding : findings) {
      Map<String, Object> members = new LinkedHashMap<>();
      members.put("ok", finding.state() == State.GOOD);
      members.put("detail", finding.detail());
      if (!finding.cure().isEmpty()) {
        members.put("cure", finding.cure());
      }
      members.putAll(finding.facts());
      object.put(finding.name().toLowerCase(Locale.ROOT).replaceAll("[- ]", "_"), members);
    }
    console.out().println(object.finish());
  }
}
