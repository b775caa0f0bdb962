package io.charlstm.bindings.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where libraries are looked for, in folders of a made-up file system. */
class CudaFoldersTest {
  @TempDir Path root;
  private Path cache;

  @BeforeEach
  void nameTheCache() {
    cache = root.resolve("home/.cache/charlstm");
  }

  @Test
  void foldersComeInTheirOrder() throws IOException {
    Path setUp = make("home/.cache/charlstm/cuda/12.6-9.5");
    Path home = make("opt/cuda");
    Path homeLib = make("opt/cuda/lib64");
    Path loader = make("opt/loader");
    Path standard = make("usr/local/cuda/lib64");
    Path older = make("usr/local/cuda-12.9/lib64");
    Path newer = make("usr/local/cuda-12.10/lib64");
    Path system = make("usr/lib/x86_64-linux-gnu");
    Path wsl = make("usr/lib/wsl/lib");
    Path conda = make("opt/conda/lib");
    Map<String, String> environment =
        Map.of(
            "CUDA_HOME", home.toString(),
            "LD_LIBRARY_PATH", loader.toString(),
            "CONDA_PREFIX", root.resolve("opt/conda").toString());
    assertThat(find(null, environment))
        .containsExactly(
            setUp,
            home,
            homeLib,
            loader,
            root.resolve("usr/local/cuda"),
            standard,
            newer,
            older,
            system,
            wsl,
            conda);
  }

  @Test
  void chosenFoldersAreTheOnlyOnes() throws IOException {
    make("usr/local/cuda/lib64");
    make("home/.cache/charlstm/cuda/12.6-9.5");
    Path one = make("one");
    Path two = make("two");
    Path twoLib = make("two/lib64");
    String chosen = one + File.pathSeparator + two;
    assertThat(find(chosen, Map.of("CUDA_HOME", root.toString())))
        .containsExactly(one, two, twoLib);
  }

  @Test
  void aChosenFolderThatDoesNotExistLeavesNone() throws IOException {
    make("usr/local/cuda/lib64");
    assertThat(find(root.resolve("nowhere").toString(), Map.of())).isEmpty();
  }

  @Test
  void aBlankChoiceIsNone() throws IOException {
    Path standard = make("usr/local/cuda/lib64");
    assertThat(find(" ", Map.of())).contains(standard);
  }

  @Test
  void wheelsAreFoundInEveryKindOfPythonInstallation() throws IOException {
    List<Path> wheels =
        List.of(
            make("opt/conda/lib/python3.12/site-packages/nvidia/cudnn/lib"),
            make("venv/lib/python3.13/site-packages/nvidia/cu13/lib"),
            make("home/.local/lib/python3.11/site-packages/nvidia/cublas/lib"),
            make("usr/local/lib/python3.10/dist-packages/nvidia/cuda_runtime/lib"));
    Map<String, String> environment =
        Map.of(
            "CONDA_PREFIX", root.resolve("opt/conda").toString(),
            "VIRTUAL_ENV", root.resolve("venv").toString(),
            "HOME", root.resolve("home").toString());
    assertThat(find(null, environment)).containsSubsequence(wheels);
  }

  @Test
  void aChosenFolderMayHoldWheels() throws IOException {
    Path cudnn = make("site-packages/nvidia/cudnn/lib");
    Path cublas = make("site-packages/nvidia/cublas/lib");
    assertThat(find(root.resolve("site-packages").toString(), Map.of())).contains(cudnn, cublas);
    assertThat(find(root.resolve("site-packages/nvidia").toString(), Map.of()))
        .contains(cudnn, cublas);
  }

  @Test
  void stubsAreNeverTaken() throws IOException {
    Path stubs = make("opt/cuda/lib64/stubs");
    assertThat(find(null, Map.of("LD_LIBRARY_PATH", stubs.toString()))).isEmpty();
  }

  @Test
  void aFolderNamedTwiceCountsOnce() throws IOException {
    Path loader = make("opt/loader");
    String twice = loader + File.pathSeparator + loader.resolve("../loader");
    assertThat(find(null, Map.of("LD_LIBRARY_PATH", twice))).containsExactly(loader);
  }

  @Test
  void aMachineWithoutAnythingHasNoFolders() {
    assertThat(find(null, Map.of())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"cuda-12.9, cuda-12.10", "cuda-9, cuda-12", "cuda-12, cuda-12.1", "a1, b0"})
  void laterVersionsOrderAfterEarlierOnes(String earlier, String later) {
    assertThat(CudaFolders.compareVersions(earlier, later)).isNegative();
    assertThat(CudaFolders.compareVersions(later, earlier)).isPositive();
    assertThat(CudaFolders.compareVersions(later, later)).isZero();
  }

  private List<Path> find(String chosen, Map<String, String> environment) {
    return CudaFolders.find(chosen, cache, environment, root);
  }

  private Path make(String folder) throws IOException {
    return Files.createDirectories(root.resolve(folder));
  }
}
