package io.charlstm.bench.phases;

import java.util.LinkedHashMap;
import java.util.Map;

/** What large matrix products reach here, on all threads together: the measured peak. */
final class Peak {
  private static final double SECONDS = 0.4;
  private static final long[] SIZES = {1024, 2048};

  private Peak() {}

  /** Operations a second by kind of product. */
  static Map<String, Double> measure(String precision, int threads) {
    ProductTimer timer = new ProductTimer(threads, SECONDS);
    String type = precision.equals("fp32") ? "f32" : "bf16";
    Map<String, Double> rates = new LinkedHashMap<>();
    for (long size : SIZES) {
      if (precision.equals("fp32")) {
        add(rates, timer, Product.sgemm(size, size, size), threads);
      }
      add(rates, timer, Product.packed(type, size, size, size), threads);
    }
    return rates;
  }

  private static void add(
      Map<String, Double> rates, ProductTimer timer, Product product, int threads) {
    rates.put(product.label(), threads * product.flops() / timer.nanos(product) * 1e9);
  }
}
