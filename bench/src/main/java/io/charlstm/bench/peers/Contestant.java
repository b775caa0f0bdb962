package io.charlstm.bench.peers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An engine that can be timed: each measurement is a process of its own that prints one JSON line.
 */
enum Contestant {
  CHARLSTM {
    @Override
    List<String> command(Heat heat) {
      return List.of(
          System.getProperty("charlstm.launcher", "./charlstm"),
          "bench",
          "--preset",
          heat.preset(),
          "--device",
          "cpu",
          "--threads",
          Integer.toString(heat.threads()),
          "--mode",
          heat.mode(),
          "--streams",
          Integer.toString(heat.streams()),
          "--seconds",
          Double.toString(heat.seconds()),
          "--json");
    }
  },
  LIBTORCH {
    @Override
    List<String> command(Heat heat) {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.add("--enable-native-access=ALL-UNNAMED");
      String classPath = System.getProperty("java.class.path");
      if (classPath.contains("mkl")) {
        command.add("-Dorg.bytedeco.openblas.load=mkl_rt");
      }
      command.addAll(List.of("-cp", classPath, TorchPeer.class.getName()));
      command.addAll(List.of(heat.preset(), heat.mode(), Double.toString(heat.seconds())));
      command.add(Integer.toString(heat.threads()));
      command.add(Integer.toString(heat.streams()));
      return command;
    }
  };

  /** What is timed: one preset in one mode. */
  record Heat(String preset, String mode, int streams, int threads, double seconds) {}

  private static final Pattern SPEED = Pattern.compile("\"chars_per_sec\":([0-9.eE+]+)");

  abstract List<String> command(Heat heat);

  /** Characters a second of one run, the median over its windows. */
  double run(Heat heat) {
    ProcessBuilder builder = new ProcessBuilder(command(heat));
    // libtorch's BLAS pool would spin against its OpenMP pool
    builder.environment().put("OPENBLAS_NUM_THREADS", "1");
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    try {
      Process process = builder.start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int status = process.waitFor();
      Matcher matcher = SPEED.matcher(output);
      if (status != 0 || !matcher.find()) {
        throw new IllegalStateException(this + " failed with status " + status + ": " + output);
      }
      return Double.parseDouble(matcher.group(1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
