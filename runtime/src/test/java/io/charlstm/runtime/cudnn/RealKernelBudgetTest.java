package io.charlstm.runtime.cudnn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.charlstm.bindings.cuda.Nvrtc;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * NVIDIA's compiler takes every kernel, spills nothing and stays within the registers that leave
 * enough threads on a multiprocessor. Needs no GPU.
 */
@Tag("cuda-real")
class RealKernelBudgetTest {
  /** 1024 threads fit a multiprocessor of 65,536 registers. */
  private static final int BUDGET = 64;

  /** 512 threads: decoding reads weights, of which each thread keeps a lot under way. */
  private static final int DECODING_BUDGET = 128;

  private static final Pattern KERNEL =
      Pattern.compile("extern \"C\" __global__ void [^;{]*?(charlstm_\\w+)\\(");
  private static final Pattern ENTRY =
      Pattern.compile("Compiling entry function '(\\w+)' for 'sm_\\d+'");
  private static final Pattern SPILLS =
      Pattern.compile("(\\d+) bytes stack frame, (\\d+) bytes spill stores, (\\d+) bytes spill");
  private static final Pattern REGISTERS = Pattern.compile("Used (\\d+) registers");

  @ParameterizedTest
  @ValueSource(ints = {75, 80, 86, 89, 90})
  void everyKernelFitsItsBudget(int architecture) {
    assumeTrue(
        Nvrtc.supportedArchitectures().contains(architecture), "this NVRTC does not know it");
    List<String> options = new ArrayList<>(new KernelTarget(architecture, false).options());
    options.add("--ptxas-options=-v");
    String log = Nvrtc.compile(KernelSource.text(), KernelSource.NAME, options).log();

    Map<String, Integer> registers = registers(log);
    print(architecture, registers);
    assertThat(registers.keySet()).containsAll(kernels());
    assertThat(log).doesNotContainIgnoringCase("warning");
    registers.forEach(
        (kernel, count) ->
            assertThat(count).as(kernel).isPositive().isLessThanOrEqualTo(budget(kernel)));
  }

  private static int budget(String kernel) {
    return kernel.startsWith("charlstm_decode") ? DECODING_BUDGET : BUDGET;
  }

  /** Kernels that are not made by a macro. */
  private static List<String> kernels() {
    List<String> names =
        KERNEL.matcher(KernelSource.text()).results().map(match -> match.group(1)).toList();
    assertThat(names).hasSizeGreaterThan(30);
    return names;
  }

  private static Map<String, Integer> registers(String log) {
    Map<String, Integer> registers = new TreeMap<>();
    String kernel = "none";
    for (String line : log.lines().toList()) {
      Matcher entry = ENTRY.matcher(line);
      Matcher spills = SPILLS.matcher(line);
      Matcher used = REGISTERS.matcher(line);
      if (entry.find()) {
        kernel = entry.group(1);
      } else if (spills.find()) {
        assertThat(spills.group(2) + " " + spills.group(3))
            .as("spills of " + kernel)
            .isEqualTo("0 0");
      } else if (used.find()) {
        registers.put(kernel, Integer.valueOf(used.group(1)));
      }
    }
    return registers;
  }

  private static void print(int architecture, Map<String, Integer> registers) {
    StringBuilder table = new StringBuilder();
    registers.forEach(
        (kernel, count) ->
            table.append(
                String.format(Locale.ROOT, "sm_%d %4d %s%n", architecture, count, kernel)));
    System.out.print(table);
  }
}
