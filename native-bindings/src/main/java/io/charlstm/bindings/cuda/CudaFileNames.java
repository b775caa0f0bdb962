package io.charlstm.bindings.cuda;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** How the files of the CUDA stack are called on an operating system. */
enum CudaFileNames {
  LINUX(
      "libcuda.so.1",
      "libcudnn.so.9",
      "libcudnn_%s.so.9",
      "libcudnn_\\w+\\.so\\.9",
      "libnccl.so.2") {
    @Override
    Pattern versioned(CudaLibrary library, int major) {
      return switch (library) {
        case RUNTIME -> Pattern.compile("libcudart\\.so\\." + major);
        case NVRTC -> Pattern.compile("libnvrtc\\.so\\." + major);
        case CUBLASLT -> Pattern.compile("libcublasLt\\.so\\." + major);
        case DRIVER, CUDNN, NCCL -> throw new IllegalArgumentException(library.title());
      };
    }

    @Override
    Pattern nvrtcBuiltins(int major) {
      return Pattern.compile("libnvrtc-builtins\\.so\\." + major + "\\.\\d+");
    }
  },
  WINDOWS("nvcuda.dll", "cudnn64_9.dll", "cudnn_%s64_9.dll", "cudnn_\\w+64_9\\.dll", "") {
    @Override
    Pattern versioned(CudaLibrary library, int major) {
      return switch (library) {
        case RUNTIME -> Pattern.compile("cudart64_" + major + "\\.dll");
        case NVRTC -> Pattern.compile("nvrtc64_" + major + "\\d_0\\.dll");
        case CUBLASLT -> Pattern.compile("cublasLt64_" + major + "\\.dll");
        case DRIVER, CUDNN, NCCL -> throw new IllegalArgumentException(library.title());
      };
    }

    @Override
    Pattern nvrtcBuiltins(int major) {
      return Pattern.compile("nvrtc-builtins64_" + major + "\\d\\.dll");
    }
  };

  /** cuDNN's parts that an LSTM needs, in the order of their dependencies. */
  static final List<String> CUDNN_PARTS = List.of("graph", "ops", "adv");

  private final String driver;
  private final String cudnn;
  private final String cudnnPart;
  private final Pattern anyCudnnPart;
  private final String nccl;

  CudaFileNames(String driver, String cudnn, String cudnnPart, String anyCudnnPart, String nccl) {
    this.driver = driver;
    this.cudnn = cudnn;
    this.cudnnPart = cudnnPart;
    this.anyCudnnPart = Pattern.compile(anyCudnnPart);
    this.nccl = nccl;
  }

  /** The names on a system, by the value of {@code os.name}; empty where CUDA does not exist. */
  static Optional<CudaFileNames> of(String osName) {
    String system = osName.toLowerCase(Locale.ROOT);
    if (system.startsWith("linux")) {
      return Optional.of(LINUX);
    }
    return system.startsWith("windows") ? Optional.of(WINDOWS) : Optional.empty();
  }

  /** The file of a library whose name has CUDA's major version. */
  abstract Pattern versioned(CudaLibrary library, int major);

  /** The files that NVRTC opens by name, without looking in its own folder. */
  abstract Pattern nvrtcBuiltins(int major);

  String driver() {
    return driver;
  }

  /** cuDNN's front, which opens the parts. */
  String cudnn() {
    return cudnn;
  }

  String cudnnPart(String part) {
    return String.format(Locale.ROOT, cudnnPart, part);
  }

  /** Every part of cuDNN, the ones an LSTM does not need included. */
  Pattern anyCudnnPart() {
    return anyCudnnPart;
  }

  /** Empty text where NCCL does not exist. */
  String nccl() {
    return nccl;
  }
}
