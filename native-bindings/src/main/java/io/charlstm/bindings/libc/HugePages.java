package io.charlstm.bindings.libc;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.util.Locale;

/**
 * Anonymous mappings that ask Linux for transparent huge pages: fewer misses of the address
 * translation cache when a step walks through hundreds of megabytes.
 */
public final class HugePages {
  /** Size and alignment of a huge page on x86-64; on other kernels merely a coarse alignment. */
  public static final long SIZE = 2L << 20;

  private static final int PROT_READ_WRITE = 3;
  private static final int MAP_PRIVATE_ANONYMOUS = 0x22;
  private static final int MADV_HUGEPAGE = 14;
  private static final long MAP_FAILED = -1;

  private HugePages() {}

  /** Whether this operating system has the calls with the constants used here. */
  public static boolean supported() {
    return System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("linux");
  }

  /** Address of {@code bytes} zeroed bytes mapped anew, or 0 when the kernel refuses. */
  public static long map(long bytes) {
    try {
      long address =
          (long) Calls.MMAP.invokeExact(0L, bytes, PROT_READ_WRITE, MAP_PRIVATE_ANONYMOUS, -1, 0L);
      if (address == MAP_FAILED) {
        return 0;
      }
      // Only advice: where huge pages are switched off the mapping works with small ones.
      int _ = (int) Calls.MADVISE.invokeExact(address, bytes, MADV_HUGEPAGE);
      return address;
    } catch (Throwable thrown) {
      throw Downcalls.unexpected(thrown);
    }
  }

  /** Releases a mapping of {@link #map}. */
  public static void unmap(long address, long bytes) {
    try {
      int _ = (int) Calls.MUNMAP.invokeExact(address, bytes);
    } catch (Throwable thrown) {
      throw Downcalls.unexpected(thrown);
    }
  }

  /** Bound on first use, hence only where {@link #supported()}. */
  private static final class Calls {
    static final MethodHandle MMAP =
        handle(
            "mmap",
            FunctionDescriptor.of(
                JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
    static final MethodHandle MADVISE =
        handle("madvise", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
    static final MethodHandle MUNMAP =
        handle("munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));

    private static MethodHandle handle(String name, FunctionDescriptor descriptor) {
      Linker linker = Linker.nativeLinker();
      return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
    }
  }
}
