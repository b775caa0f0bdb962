package io.charlstm.cli;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * SIGINT and SIGTERM as a request to stop. The first one runs an action, so that a training can
 * save and end; a second one ends the process at once.
 */
final class Interrupts {
  private static final List<String> SIGNALS = List.of("INT", "TERM");

  private Interrupts() {}

  /**
   * From now on the first signal runs {@code onFirst}, on a thread of the JVM's.
   *
   * @param onFirst short; must not wait for the work it stops
   */
  static void handle(Runnable onFirst) {
    var received = new AtomicBoolean();
    Runnable handler =
        () -> {
          if (received.getAndSet(true)) {
            Runtime.getRuntime().halt(ExitCode.INTERRUPTED);
          }
          onFirst.run();
        };
    for (String signal : SIGNALS) {
      install(signal, handler);
    }
  }

  /** By reflection, since the compiler warns of sun.misc.Signal and nothing else replaces it. */
  private static void install(String name, Runnable handler) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> signalHandler = Class.forName("sun.misc.SignalHandler");
      MethodHandle run =
          MethodHandles.lookup()
              .findVirtual(Runnable.class, "run", MethodType.methodType(void.class))
              .bindTo(handler);
      Object adapter =
          MethodHandleProxies.asInterfaceInstance(
              signalHandler, MethodHandles.dropArguments(run, 0, signal));
      signal
          .getMethod("handle", signal, signalHandler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), adapter);
    } catch (ReflectiveOperationException | IllegalArgumentException unavailable) {
      // A JVM started with -Xrs keeps its signals to itself: training then ends without saving.
      return;
    }
  }
}
