package io.charlstm.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A process of this virtual machine with this class path and the options of the launcher, so that
 * benchmarks run as the program does.
 */
public final class ChildJvm {
  /** What {@code ./charlstm} gives to java for a command that computes, paths apart. */
  public static final List<String> LAUNCHER_OPTIONS =
      List.of(
          "-XX:+UseSerialGC",
          "-Xms32m",
          "-Xmx2g",
          "-XX:-UsePerfData",
          "--add-modules",
          "jdk.incubator.vector");

  private final String mainClass;
  private final List<String> options = new ArrayList<>(LAUNCHER_OPTIONS);
  private final List<String> arguments = new ArrayList<>();
  private final Map<String, String> environment = new HashMap<>();
  private ProcessBuilder.Redirect errors = ProcessBuilder.Redirect.INHERIT;
  private String classPath = System.getProperty("java.class.path");

  private ChildJvm(String mainClass) {
    this.mainClass = mainClass;
  }

  public static ChildJvm of(Class<?> mainClass) {
    return new ChildJvm(mainClass.getName());
  }

  /** A main class that this process cannot load. */
  public static ChildJvm of(String mainClass, String classPath) {
    ChildJvm child = new ChildJvm(mainClass);
    child.classPath = classPath;
    return child;
  }

  /** Further options of java, after those of the launcher. */
  public ChildJvm options(String... more) {
    options.addAll(List.of(more));
    return this;
  }

  /** Only these options of java: those of the launcher are for our own engine. */
  public ChildJvm onlyOptions(String... only) {
    options.clear();
    return options(only);
  }

  /** Further arguments of the main class. */
  public ChildJvm arguments(String... more) {
    arguments.addAll(List.of(more));
    return this;
  }

  /** Sets a variable of the environment. */
  public ChildJvm environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** Sets variables of the environment. */
  public ChildJvm environment(Map<String, String> variables) {
    environment.putAll(variables);
    return this;
  }

  /** Adds what it writes to standard error to a file; without this it goes to ours. */
  public ChildJvm errorsTo(Path file) {
    errors = ProcessBuilder.Redirect.appendTo(file.toFile());
    return this;
  }

  /** The command line. */
  public List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.add("--enable-native-access=ALL-UNNAMED");
    command.addAll(List.of("-cp", classPath, mainClass));
    command.addAll(arguments);
    return command;
  }

  /** Starts it. */
  public Process start() {
    ProcessBuilder builder = new ProcessBuilder(command());
    builder.environment().putAll(environment);
    builder.redirectError(errors);
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Runs it to its end and gives the lines it printed.
   *
   * @throws IllegalStateException if it fails
   */
  public List<String> run() {
    Process process = start();
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int status = process.waitFor();
      if (status != 0) {
        throw new IllegalStateException(mainClass + " failed with status " + status);
      }
      return output.lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
