package io.charlstm.bench.phases;

import static org.assertj.core.api.Assertions.assertThat;

import io.charlstm.bench.peers.PeerShape;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Products are read from oneDNN's verbose lines, and counted as the algorithm needs them. */
class ProductTest {
  @Test
  void readsPlainProducts() {
    Product product =
        parse(
            "onednn_verbose,v1,primitive,exec,cpu,gemm_api,,undef,src_f32::blocked:ba:f0"
                + " wei_f32::blocked:ab:f0 dst_f32::blocked:ab:f0,ldb:384 attr-post-ops:sum:1 ,,"
                + "192x320:320x48,0.05");
    assertThat(product)
        .isEqualTo(
            new Product(
                false, "f32", "f32", 192, 48, 320, true, false, false, 192, 384, 48, true, false));
    assertThat(product.flops()).isEqualTo(2.0 * 192 * 48 * 320);
  }

  @Test
  void readsPackedProducts() {
    Product product =
        parse(
            "onednn_verbose,v1,primitive,exec,cpu,matmul,brg_matmul:avx512_core_bf16,undef,"
                + "src:bf16::blocked:ab:600x1:f0 wei:bf16:a:blocked:BA16a64b2a::f0"
                + " bia:f32::blocked:ab::f0_mask2 dst:f32::blocked:ab::f0,attr-scratchpad:user,,"
                + "16x256:256x512,0.02");
    assertThat(product)
        .isEqualTo(
            new Product(
                true, "bf16", "f32", 16, 512, 256, false, false, true, 600, 512, 512, false, true));
  }

  @Test
  void readsNothingElse() {
    assertThat(Product.parse("onednn_verbose,v1,info,oneDNN v3.13.0")).isEmpty();
    assertThat(
            Product.parse(
                "onednn_verbose,v1,primitive,exec,cpu,reorder,jit:uni,undef,src:f32::blocked:ba::f0"
                    + " dst:f32::blocked:ab::f0,attr-scratchpad:user,,384x192,0.01"))
        .isEmpty();
    assertThat(Product.parse("WARNING: Using incubator modules")).isEmpty();
  }

  @Test
  void aStepExecutesWhatTheAlgorithmNeeds() {
    long h = 24;
    long e = 10;
    long t = 6;
    long b = 5;
    long v = 13;
    PeerShape shape = new PeerShape((int) h, 2, (int) e, (int) t, (int) b, (int) v);
    Map<Product, Long> step = ProductTrace.ofStep(shape.text(), "fp32", 1);
    ProductPhases phases = new ProductPhases(shape, 1);
    Map<String, Double> flops = new TreeMap<>();
    step.forEach(
        (product, count) -> flops.merge(phases.of(product), count * product.flops(), Double::sum));
    // Layer 0 reads its input part from a table of V rows; layer 1 multiplies x and h.
    double forward = 2.0 * t * b * 4 * h * (h + 2 * h);
    assertThat(flops)
        .containsEntry("PACK", 2.0 * v * e * 4 * h)
        .containsEntry("FORWARD", forward)
        // Nobody wants the gradient of the state that layer 0 starts from.
        .containsEntry("BACKWARD", forward - 2.0 * b * 4 * h * h)
        .containsEntry("HEAD", 2.0 * 2 * t * b * h * v)
        // Of the weights as forward; of the projection; of input weights and embedding by the
        // table.
        .containsEntry("GRADIENTS", forward + 2.0 * t * b * h * v + 2 * 2.0 * v * e * 4 * h);
  }

  private static Product parse(String line) {
    return Product.parse(line).orElseThrow();
  }
}
