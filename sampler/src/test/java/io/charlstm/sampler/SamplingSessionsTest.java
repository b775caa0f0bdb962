package io.charlstm.sampler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.charlstm.runtime.Backend;
import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.reference.ReferenceBackend;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ten thousand sampling sessions leave nothing behind. Runs in a virtual machine of its own whose
 * small heap is resident from the start, so that resident memory grows by native memory alone.
 */
@Tag("small-heap")
class SamplingSessionsTest {
  private static final int SESSIONS = 10_000;
  private static final Path PROCESS_STATUS = Path.of("/proc/self/status");

  @TempDir Path folder;

  @Test
  void sessionsLeaveNoHandleOpenAndMemoryFlat() throws Exception {
    long before = liveHandles();
    try (Backend backend = TestBackends.oneDnn(1);
        CharModel model = largerModel(backend)) {
      // Warm-up: code cache, heap and allocator arenas reach their working size.
      runSessions(model, SESSIONS / 5);
      long handles = liveHandles();
      long residentKib = residentKib();
      runSessions(model, SESSIONS);

      assertThat(liveHandles()).isEqualTo(handles);
      // A decoder of this model holds some 180 KiB of weights, so leaking one of fifty would
      // show. The rest is room for compiled code and the allocator's free lists.
      assertThat(residentKib() - residentKib).as("growth in KiB").isLessThan(32_000);
    }
    assertThat(liveHandles()).isEqualTo(before);
  }

  @Test
  void loadingAModelOverAndOverLeavesNoHandleOpen() throws Exception {
    Path file = folder.resolve("model.safetensors");
    try (Backend reference = new ReferenceBackend();
        CharModel model = TestModels.chars(reference)) {
      ModelFiles.weightsWriter(model.network(), model.spec()).write(file);
    }
    long before = liveHandles();
    try (Backend backend = TestBackends.oneDnn(2)) {
      for (int i = 0; i < 300; i++) {
        try (CharModel model = CharModel.load(file, backend);
            TextGenerator generator =
                TextGenerator.of(model, Sampling.defaults().seed(i), 1 + i % 3)) {
          generator.prompt("abc");
          assertThat(generator.generateAll(5)).hasSize(1 + i % 3);
        }
      }
    }
    assertThat(liveHandles()).isEqualTo(before);
  }

  private static CharModel largerModel(Backend backend) {
    int vocabulary = TestModels.CHARS.size();
    return TestModels.model(backend, NetworkConfig.of(vocabulary, 24, 96, 1), TestModels.CHARS);
  }

  private static void runSessions(CharModel model, int count) {
    for (int i = 0; i < count; i++) {
      try (TextGenerator generator = TextGenerator.of(model, Sampling.defaults().seed(i))) {
        generator.prompt("a");
        generator.generate(3);
      }
    }
  }

  // By reflection, as the module of the bindings is not exported to this one.
  private static long liveHandles() throws ReflectiveOperationException {
    Class<?> census = Class.forName("io.charlstm.bindings.memory.LiveHandles");
    return (long) census.getMethod("count").invoke(null);
  }

  private static long residentKib() throws Exception {
    assumeTrue(Files.exists(PROCESS_STATUS), "resident memory is read from " + PROCESS_STATUS);
    return Files.readAllLines(PROCESS_STATUS).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElseThrow();
  }
}
