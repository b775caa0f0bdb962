package io.charlstm.bindings.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.charlstm.bindings.gen.nvrtc.NvrtcApi;
import io.charlstm.bindings.memory.LiveHandles;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/** The compiler of CUDA C. It needs no GPU and no driver. */
public final class Nvrtc {
  private Nvrtc() {}

  /**
   * What a compilation gave.
   *
   * @param cubin machine code for the architecture asked for; for a virtual one ({@code
   *     compute_XY}), which has none, its PTX
   * @param log the compiler's messages; empty when it had none
   */
  @SuppressWarnings("ArrayRecordComponent") // machine code is never compared
  public record Compilation(byte[] cubin, String log) {}

  /**
   * Compiles a source to machine code, or to PTX for {@code --gpu-architecture=compute_XY}.
   *
   * @param name the source's name in messages, such as {@code kernels.cu}
   * @param options the compiler's options; one of them {@code --gpu-architecture=sm_XY} or {@code
   *     compute_XY}
   * @throws io.charlstm.bindings.NativeException with the compiler's log when it refuses
   */
  public static Compilation compile(String source, String name, List<String> options) {
    CudaLibraries.require(CudaLibrary.NVRTC);
    try (Arena memory = Arena.ofConfined();
        Program program = Program.create(memory, source, name)) {
      return program.compile(options);
    }
  }

  /** The architectures it compiles for, ascending: 90 stands for {@code sm_90}. */
  public static List<Integer> supportedArchitectures() {
    CudaLibraries.require(CudaLibrary.NVRTC);
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment count = scratch.allocate(JAVA_INT);
      NvrtcStatus.check("nvrtcGetNumSupportedArchs", NvrtcApi.nvrtcGetNumSupportedArchs(count));
      MemorySegment all = scratch.allocate(JAVA_INT, count.get(JAVA_INT, 0));
      NvrtcStatus.check("nvrtcGetSupportedArchs", NvrtcApi.nvrtcGetSupportedArchs(all));
      return IntStream.of(all.toArray(JAVA_INT)).sorted().boxed().toList();
    }
  }

  /** Version, such as {@code 12.6}. */
  public static String version() {
    CudaLibraries.require(CudaLibrary.NVRTC);
    return queryVersion();
  }

  /** The library's file. */
  public static Path file() {
    CudaLibraries.require(CudaLibrary.NVRTC);
    return CudaLibraries.files().get(CudaLibrary.NVRTC).file();
  }

  /** As {@link #version()}, for an opened library. */
  static String queryVersion() {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment major = scratch.allocate(JAVA_INT);
      MemorySegment minor = scratch.allocate(JAVA_INT);
      NvrtcStatus.check("nvrtcVersion", NvrtcApi.nvrtcVersion(major, minor));
      return major.get(JAVA_INT, 0) + "." + minor.get(JAVA_INT, 0);
    }
  }

  /** One source under compilation. */
  private static final class Program implements AutoCloseable {
    // nvrtcDestroyProgram takes the address of the handle, so the handle stays in memory.
    private final Arena memory;
    private final MemorySegment handle;
    private final LiveHandles.Ticket ticket;

    private Program(Arena memory, MemorySegment handle) {
      this.memory = memory;
      this.handle = handle;
      this.ticket = LiveHandles.register("NVRTC program");
    }

    /** Everything of the compilation is allocated in an arena that outlives it. */
    static Program create(Arena memory, String source, String name) {
      MemorySegment handle = memory.allocate(ADDRESS);
      NvrtcStatus.check(
          "nvrtcCreateProgram",
          NvrtcApi.nvrtcCreateProgram(
              handle,
              memory.allocateFrom(source, StandardCharsets.UTF_8),
              memory.allocateFrom(name, StandardCharsets.UTF_8),
              0,
              MemorySegment.NULL,
              MemorySegment.NULL));
      return new Program(memory, handle);
    }

    Compilation compile(List<String> options) {
      MemorySegment array = memory.allocate(ADDRESS, Math.max(1, options.size()));
      for (int i = 0; i < options.size(); i++) {
        array.setAtIndex(ADDRESS, i, memory.allocateFrom(options.get(i), StandardCharsets.UTF_8));
      }
      int status = NvrtcApi.nvrtcCompileProgram(pointer(), options.size(), array);
      String log = log();
      if (status != NvrtcApi.NVRTC_SUCCESS()) {
        throw NvrtcStatus.failure("nvrtcCompileProgram", status, log);
      }
      int size = size("nvrtcGetCUBINSize", out -> NvrtcApi.nvrtcGetCUBINSize(pointer(), out));
      return new Compilation(size > 0 ? cubin(size) : ptx(), log);
    }

    private byte[] cubin(int size) {
      MemorySegment cubin = memory.allocate(size);
      NvrtcStatus.check("nvrtcGetCUBIN", NvrtcApi.nvrtcGetCUBIN(pointer(), cubin));
      return cubin.toArray(JAVA_BYTE);
    }

    private byte[] ptx() {
      int size = size("nvrtcGetPTXSize", out -> NvrtcApi.nvrtcGetPTXSize(pointer(), out));
      MemorySegment ptx = memory.allocate(size);
      NvrtcStatus.check("nvrtcGetPTX", NvrtcApi.nvrtcGetPTX(pointer(), ptx));
      return ptx.toArray(JAVA_BYTE);
    }

    private String log() {
      int size =
          size("nvrtcGetProgramLogSize", out -> NvrtcApi.nvrtcGetProgramLogSize(pointer(), out));
      MemorySegment text = memory.allocate(size + 1L);
      NvrtcStatus.check("nvrtcGetProgramLog", NvrtcApi.nvrtcGetProgramLog(pointer(), text));
      return text.getString(0, StandardCharsets.UTF_8);
    }

    private int size(String function, ToIntFunction<MemorySegment> getter) {
      MemorySegment size = memory.allocate(JAVA_LONG);
      NvrtcStatus.check(function, getter.applyAsInt(size));
      return Math.toIntExact(size.get(JAVA_LONG, 0));
    }

    private MemorySegment pointer() {
      return handle.get(ADDRESS, 0);
    }

    @Override
    public void close() {
      if (ticket.close()) {
        NvrtcStatus.check("nvrtcDestroyProgram", NvrtcApi.nvrtcDestroyProgram(handle));
      }
    }
  }
}
