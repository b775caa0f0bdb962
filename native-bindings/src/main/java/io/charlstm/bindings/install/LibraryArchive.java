package io.charlstm.bindings.install;

import java.util.List;

/**
 * A jar in Maven's repositories that carries shared libraries, and those of them that are wanted.
 *
 * @param groupId of its Maven coordinates
 * @param artifactId of its Maven coordinates
 * @param version of its Maven coordinates
 * @param classifier of its Maven coordinates
 * @param byteSize of the jar
 * @param sha256 of the jar, in lower-case hexadecimal
 * @param folder where the libraries lie inside, with a slash at its end
 * @param libraries what is unpacked
 * @param folderName the part of the cache folder's path that tells versions apart
 * @param leftOut what else the jar holds, and is not unpacked: one line
 */
public record LibraryArchive(
    String groupId,
    String artifactId,
    String version,
    String classifier,
    long byteSize,
    String sha256,
    String folder,
    List<Library> libraries,
    String folderName,
    String leftOut) {

  /**
   * A shared library in the jar.
   *
   * @param name of the file, which is the name the loader asks for
   * @param byteSize unpacked
   */
  public record Library(String name, long byteSize) {}

  /**
   * CUDA 12.6 with cuDNN 9.5.1.
   *
   * <p>Without a GPU only cuDNN's shim and its parts graph, ops and adv are opened by the calls of
   * its RNN interface, {@code cudnnCreate} included as far as it comes. What {@code cudnnCreate}
   * opens beyond that on a GPU is not known, and cuDNN ends the process when it misses a part, so
   * cuDNN is unpacked whole.
   */
  public static final LibraryArchive CUDA =
      new LibraryArchive(
          "org.bytedeco",
          "cuda",
          "12.6-9.5-1.5.11",
          "linux-x86_64-redist",
          2_026_748_503L,
          "b9130f92e121c5ae39d93083b2db5305af3b53bab1ef232463e281593ebb74d0",
          "org/bytedeco/cuda/linux-x86_64/",
          List.of(
              new Library("libcudart.so.12", 716_128),
              new Library("libnvrtc-builtins.so.12.6", 5_322_632),
              new Library("libnvrtc.so.12", 58_057_000),
              new Library("libcublasLt.so.12", 491_102_736),
              new Library("libcudnn_graph.so.9", 3_023_856),
              new Library("libcudnn_ops.so.9", 108_458_976),
              new Library("libcudnn_adv.so.9", 244_516_648),
              new Library("libcudnn_cnn.so.9", 4_686_928),
              new Library("libcudnn_heuristic.so.9", 48_739_088),
              new Library("libcudnn_engines_runtime_compiled.so.9", 20_084_744),
              new Library("libcudnn_engines_precompiled.so.9", 437_629_488),
              new Library("libcudnn.so.9", 125_136),
              new Library("libnccl.so.2", 256_063_592)),
          "cuda/12.6-9.5",
          "cuBLAS, cuFFT, cuRAND, cuSOLVER, cuSPARSE, NPP, nvJPEG, nvComp, nvJitLink, CUPTI, NVTX");

  public LibraryArchive {
    libraries = List.copyOf(libraries);
  }

  /** Name of the jar's file. */
  public String fileName() {
    return artifactId + "-" + version + "-" + classifier + ".jar";
  }

  /** Maven coordinates for people. */
  public String coordinates() {
    return groupId + ":" + artifactId + ":" + version + ":" + classifier;
  }

  /** Path of the jar below the folder of a local Maven repository, with slashes. */
  public String repositoryPath() {
    return groupId.replace('.', '/') + "/" + artifactId + "/" + version + "/" + fileName();
  }

  /** Size of all wanted libraries, unpacked. */
  public long unpackedBytes() {
    return libraries.stream().mapToLong(Library::byteSize).sum();
  }
}
