package io.charlstm.bench.peers;

import io.charlstm.bench.ChildJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/** The libraries that are compared, and how a process of each is started at its best. */
public enum Library {
  CHARLSTM {
    @Override
    ChildJvm process() {
      return ChildJvm.of(CharlstmPeer.class);
    }
  },
  LIBTORCH {
    @Override
    ChildJvm process() {
      return libtorch(TorchPeer.class);
    }
  },
  DL4J {
    @Override
    ChildJvm process() {
      return ChildJvm.of(DL4J_MAIN, dl4jClassPath())
          .onlyOptions("-Xmx4g")
          // twice as fast as with its own choice
          .environment("OMP_NUM_THREADS", "1")
          .environment(KEEPING_MEMORY);
    }

    @Override
    boolean isThere() {
      return Files.isDirectory(dl4jFolder().resolve("lib"));
    }
  };

  /** Environment variable that leaves glibc's thresholds as they are when set to {@code glibc}. */
  private static final String MEMORY = "CHARLSTM_PEERS_MEMORY";

  /** Else glibc gives large arrays back to the system and faults them in anew at each step. */
  private static final Map<String, String> KEEPING_MEMORY =
      "glibc".equals(System.getenv(MEMORY))
          ? Map.of()
          : Map.of(
              "MALLOC_ARENA_MAX", "1",
              "MALLOC_MMAP_THRESHOLD_", "2000000000",
              "MALLOC_TRIM_THRESHOLD_", "2000000000",
              "MALLOC_TOP_PAD_", "500000000");

  private static final String DL4J_MAIN = "io.charlstm.bench.dl4j.Dl4jPeer";

  /** A process with libtorch at its best. */
  public static ChildJvm libtorch(Class<?> mainClass) {
    ChildJvm child =
        ChildJvm.of(mainClass)
            .onlyOptions("-Dorg.bytedeco.javacpp.nopointergc=true")
            // its BLAS pool would spin against its OpenMP pool
            .environment("OPENBLAS_NUM_THREADS", "1")
            .environment(KEEPING_MEMORY);
    boolean mkl = System.getProperty("java.class.path").contains("mkl");
    return mkl ? child.options("-Dorg.bytedeco.openblas.load=mkl_rt") : child;
  }

  /** A process that serves {@link PeerLoop}'s protocol; its arguments are still missing. */
  abstract ChildJvm process();

  /** Whether it can be started here. */
  boolean isThere() {
    return true;
  }

  /** As in tables. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  private static Path dl4jFolder() {
    return Path.of(System.getProperty("charlstm.dl4j", "bench/dl4j/target"));
  }

  static String dl4jClassPath() {
    return dl4jFolder().resolve("classes") + ":" + dl4jFolder().resolve("lib") + "/*";
  }
}
