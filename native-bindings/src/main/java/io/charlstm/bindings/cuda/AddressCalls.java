package io.charlstm.bindings.cuda;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Downcalls made in a step, with pointers declared as 64-bit integers: every 64-bit calling
 * convention passes the two alike, and so a device address needs no segment object per call.
 */
final class AddressCalls {
  private AddressCalls() {}

  /**
   * A handle for {@code int function(...)}.
   *
   * @param arguments one letter each: {@code P} a pointer or 64-bit integer, {@code I} a 32-bit
   *     integer
   */
  static MethodHandle of(MemorySegment function, String arguments) {
    MemoryLayout[] layouts =
        arguments
            .chars()
            .mapToObj(c -> c == 'P' ? ValueLayout.JAVA_LONG : ValueLayout.JAVA_INT)
            .toArray(MemoryLayout[]::new);
    return Linker.nativeLinker()
        .downcallHandle(function, FunctionDescriptor.of(ValueLayout.JAVA_INT, layouts));
  }
}
