package io.charlstm.bindings.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files are chosen, from empty files with the libraries' names. */
class CudaSearchTest {
  private static final int ANY_DRIVER = Integer.MAX_VALUE;
  private static final String[] CUDNN = {
    "libcudnn.so.9", "libcudnn_graph.so.9", "libcudnn_ops.so.9", "libcudnn_adv.so.9"
  };

  @TempDir Path root;

  @Test
  void aFolderWithEverythingGivesEverything() throws IOException {
    Path all = folder("all", CUDNN);
    toolkit(all, 12, 6);
    files(all, "libcuda.so.1", "libnccl.so.2", "libcudnn_cnn.so.9");
    CudaFiles files = search(all).find(ANY_DRIVER);
    assertThat(files.major()).isEqualTo(12);
    assertThat(file(files, CudaLibrary.RUNTIME)).isEqualTo(all.resolve("libcudart.so.12"));
    assertThat(file(files, CudaLibrary.CUBLASLT)).isEqualTo(all.resolve("libcublasLt.so.12"));
    assertThat(file(files, CudaLibrary.NCCL)).isEqualTo(all.resolve("libnccl.so.2"));
    assertThat(search(all).driver()).contains(all.resolve("libcuda.so.1"));
  }

  @Test
  void whatALibraryNeedsIsOpenedBeforeIt() throws IOException {
    Path all = folder("all", CUDNN);
    toolkit(all, 12, 6);
    files(all, "libcudnn_cnn.so.9", "libcudnn_engines_precompiled.so.9");
    CudaFiles files = search(all).find(ANY_DRIVER);
    assertThat(files.get(CudaLibrary.NVRTC).before())
        .containsExactly(all.resolve("libnvrtc-builtins.so.12.6"));
    CudaFiles.Located cudnn = files.get(CudaLibrary.CUDNN);
    assertThat(cudnn.before())
        .containsExactly(
            all.resolve("libcudnn_graph.so.9"),
            all.resolve("libcudnn_ops.so.9"),
            all.resolve("libcudnn_adv.so.9"));
    assertThat(cudnn.extras())
        .containsExactlyInAnyOrder(
            all.resolve("libcudnn_cnn.so.9"), all.resolve("libcudnn_engines_precompiled.so.9"));
  }

  @Test
  void librariesMayLieInSeveralFolders() throws IOException {
    // As pip's wheels for CUDA 12 lie: a folder for each library.
    Path cudart = folder("cuda_runtime", "libcudart.so.12");
    Path nvrtc = folder("cuda_nvrtc", "libnvrtc.so.12", "libnvrtc-builtins.so.12.4");
    Path cublas = folder("cublas", "libcublasLt.so.12");
    Path cudnn = folder("cudnn", CUDNN);
    CudaFiles files = search(cublas, nvrtc, cudart, cudnn).find(ANY_DRIVER);
    assertThat(files.major()).isEqualTo(12);
    assertThat(files.located().entrySet())
        .filteredOn(entry -> entry.getKey() != CudaLibrary.NCCL)
        .allSatisfy(entry -> assertThat(entry.getValue().problem()).isNull());
  }

  @Test
  void theFolderNamedFirstWins() throws IOException {
    Path first = folder("first");
    Path second = folder("second");
    toolkit(first, 12, 4);
    toolkit(second, 12, 9);
    CudaFiles files = search(first, second).find(ANY_DRIVER);
    assertThat(file(files, CudaLibrary.RUNTIME)).isEqualTo(first.resolve("libcudart.so.12"));
    assertThat(file(search(second, first).find(ANY_DRIVER), CudaLibrary.RUNTIME))
        .isEqualTo(second.resolve("libcudart.so.12"));
  }

  @Test
  void allLibrariesAreOfOneMajorVersion() throws IOException {
    Path toolkit13 = folder("cuda-13", "libcudart.so.13");
    Path toolkit12 = folder("cuda-12");
    toolkit(toolkit12, 12, 6);
    CudaFiles files = search(toolkit13, toolkit12).find(ANY_DRIVER);
    assertThat(files.major()).isEqualTo(12);
    assertThat(file(files, CudaLibrary.RUNTIME)).isEqualTo(toolkit12.resolve("libcudart.so.12"));
  }

  @Test
  void ofTwoWholeVersionsTheOneInTheEarlierFolderWins() throws IOException {
    Path toolkit13 = folder("cuda-13");
    Path toolkit12 = folder("cuda-12");
    toolkit(toolkit13, 13, 0);
    toolkit(toolkit12, 12, 6);
    assertThat(search(toolkit12, toolkit13).find(ANY_DRIVER).major()).isEqualTo(12);
    assertThat(search(toolkit13, toolkit12).find(ANY_DRIVER).major()).isEqualTo(13);
  }

  @Test
  void aVersionThatTheDriverLacksIsLeftAlone() throws IOException {
    Path toolkit13 = folder("cuda-13");
    Path toolkit12 = folder("cuda-12");
    toolkit(toolkit13, 13, 0);
    toolkit(toolkit12, 12, 6);
    assertThat(search(toolkit13, toolkit12).find(12).major()).isEqualTo(12);
    assertThat(search(toolkit13).find(12).get(CudaLibrary.RUNTIME).problem())
        .contains("libcudart.so.13", "the driver supports CUDA 12 only");
  }

  @Test
  void nvrtcWithoutItsBuiltinsIsAProblem() throws IOException {
    Path folder = folder("lib", "libnvrtc.so.12", "libnvrtc-builtins.so.11.8");
    CudaFiles.Located nvrtc = search(folder).find(ANY_DRIVER).get(CudaLibrary.NVRTC);
    assertThat(nvrtc.file()).isEqualTo(folder.resolve("libnvrtc.so.12"));
    assertThat(nvrtc.problem()).contains("libnvrtc.so.12", "libnvrtc-builtins.so.12.*");
  }

  @Test
  void cudnnWithoutAPartIsAProblemThatNamesThePart() throws IOException {
    Path folder = folder("lib", CUDNN);
    Files.delete(folder.resolve("libcudnn_adv.so.9"));
    CudaFiles.Located cudnn = search(folder).find(ANY_DRIVER).get(CudaLibrary.CUDNN);
    assertThat(cudnn.problem()).contains("libcudnn.so.9", "libcudnn_adv.so.9");
  }

  @Test
  void aWholeCudnnIsTakenBeforeAnIncompleteOne() throws IOException {
    Path incomplete = folder("incomplete", "libcudnn.so.9", "libcudnn_graph.so.9");
    Path whole = folder("whole", CUDNN);
    assertThat(file(search(incomplete, whole).find(ANY_DRIVER), CudaLibrary.CUDNN))
        .isEqualTo(whole.resolve("libcudnn.so.9"));
  }

  @Test
  void cudnn8IsNotTaken() throws IOException {
    Path folder = folder("lib", "libcudnn.so.8");
    assertThat(search(folder).find(ANY_DRIVER).get(CudaLibrary.CUDNN).problem())
        .contains("no libcudnn.so.9");
  }

  @Test
  void nothingFoundIsAProblemOfEachLibrary() {
    CudaFiles files = search().find(ANY_DRIVER);
    assertThat(files.major()).isZero();
    assertThat(files.located().values())
        .hasSize(5)
        .allSatisfy(located -> assertThat(located.problem()).contains("none of the folders"));
    assertThat(files.get(CudaLibrary.RUNTIME).problem())
        .contains("libcudart.so.13 or libcudart.so.12");
    assertThat(search().driver()).isEmpty();
  }

  @Test
  void windowsHasItsOwnNames() throws IOException {
    Path bin =
        folder(
            "bin",
            "cudart64_12.dll",
            "nvrtc64_120_0.dll",
            "nvrtc-builtins64_126.dll",
            "cublasLt64_12.dll",
            "cudnn64_9.dll",
            "cudnn_graph64_9.dll",
            "cudnn_ops64_9.dll",
            "cudnn_adv64_9.dll");
    CudaFiles files = new CudaSearch(CudaFileNames.WINDOWS, List.of(bin)).find(ANY_DRIVER);
    assertThat(files.major()).isEqualTo(12);
    assertThat(file(files, CudaLibrary.CUDNN)).isEqualTo(bin.resolve("cudnn64_9.dll"));
    assertThat(files.get(CudaLibrary.NVRTC).before())
        .containsExactly(bin.resolve("nvrtc-builtins64_126.dll"));
    assertThat(files.get(CudaLibrary.NCCL).problem()).contains("does not exist");
  }

  @Test
  void onlyLinuxAndWindowsHaveCuda() {
    assertThat(CudaFileNames.of("Linux")).contains(CudaFileNames.LINUX);
    assertThat(CudaFileNames.of("Windows 11")).contains(CudaFileNames.WINDOWS);
    assertThat(CudaFileNames.of("Mac OS X")).isEmpty();
  }

  private CudaSearch search(Path... folders) {
    return new CudaSearch(CudaFileNames.LINUX, List.of(folders));
  }

  private static Path file(CudaFiles files, CudaLibrary library) {
    return files.get(library).file();
  }

  private Path folder(String name, String... files) throws IOException {
    return files(Files.createDirectories(root.resolve(name)), files);
  }

  private static void toolkit(Path folder, int major, int minor) throws IOException {
    files(
        folder,
        "libcudart.so." + major,
        "libnvrtc.so." + major,
        "libnvrtc-builtins.so." + major + "." + minor,
        "libcublasLt.so." + major);
  }

  private static Path files(Path folder, String... names) throws IOException {
    for (String name : names) {
      Files.createFile(folder.resolve(name));
    }
    return folder;
  }
}
