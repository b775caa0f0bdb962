package io.charlstm.bindings;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/** What Java cannot say about the process's standard streams: which descriptor they stand for. */
public final class StandardStreams {
  private static final int STANDARD_ERROR = 2;

  private StandardStreams() {}

  /**
   * Makes standard error of the whole process another open descriptor: {@code dup2(descriptor, 2)}.
   *
   * @return whether it is so now; false where the system has no {@code dup2} or refuses
   */
  public static boolean redirectError(int descriptor) {
    Linker linker = Linker.nativeLinker();
    Optional<MemorySegment> dup2 = linker.defaultLookup().find("dup2");
    if (dup2.isEmpty()) {
      return false;
    }
    // int dup2(int oldfd, int newfd)
    MethodHandle call =
        linker.downcallHandle(
            dup2.get(),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    try {
      return (int) call.invokeExact(descriptor, STANDARD_ERROR) == STANDARD_ERROR;
    } catch (Throwable unexpected) {
      throw new IllegalStateException("dup2 cannot be called", unexpected);
    }
  }
}
