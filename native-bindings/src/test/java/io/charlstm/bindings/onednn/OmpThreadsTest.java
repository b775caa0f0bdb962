package io.charlstm.bindings.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class OmpThreadsTest {
  @Test
  void theSettingIsTheCallingThreadsOnly() throws Exception {
    MethodHandle maxThreads =
        Linker.nativeLinker()
            .downcallHandle(
                SymbolLookup.libraryLookup(OneDnn.get().libraryPath(), Arena.global())
                    .findOrThrow("omp_get_max_threads"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT));
    int untouched = onNewThread(() -> get(maxThreads));
    int changed =
        onNewThread(
            () -> {
              OneDnn.get().setOmpThreads(untouched + 3);
              return get(maxThreads);
            });
    assertThat(changed).isEqualTo(untouched + 3);
    assertThat(onNewThread(() -> get(maxThreads))).isEqualTo(untouched);
  }

  private static int onNewThread(Callable<Integer> question) throws Exception {
    FutureTask<Integer> answer = new FutureTask<>(question);
    Thread.ofPlatform().start(answer);
    return answer.get();
  }

  private static int get(MethodHandle handle) {
    try {
      return (int) handle.invokeExact();
    } catch (Throwable thrown) {
      throw new AssertionError(thrown);
    }
  }
}
