package io.charlstm.bench.peers;

import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Adam;
import org.bytedeco.pytorch.AdamOptions;
import org.bytedeco.pytorch.Context;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Speed of libtorch on one shape, tuned as a competent user would: threads set, denormals flushed,
 * the BLAS pool kept from fighting the OpenMP pool (set {@code OPENBLAS_NUM_THREADS=1} outside),
 * oneDNN off for single-stream sampling. Prints one JSON line with the median over windows.
 *
 * <p>Arguments: preset, {@code train} or {@code sample}, seconds, threads, streams.
 */
public final class TorchPeer {
  private static final double WINDOW_SECONDS = 1;
  private static final int ONEDNN_PAYS_FROM_STREAMS = 16;

  private TorchPeer() {}

  public static void main(String[] args) {
    String preset = args[0];
    String mode = args[1];
    double seconds = Double.parseDouble(args[2]);
    int threads = Integer.parseInt(args[3]);
    int streams = args.length > 4 ? Integer.parseInt(args[4]) : 1;
    torch.set_num_threads(threads);
    torch.set_num_interop_threads(1);
    Context.setFlushDenormal(true);
    PeerShape shape = PeerShape.ofPreset(preset);
    LongSupplier step = mode.equals("train") ? training(shape) : sampling(shape, streams);
    double[] speeds = measure(step, seconds);
    Arrays.sort(speeds);
    System.out.printf(
        Locale.ROOT,
        "{\"engine\":\"libtorch\",\"preset\":\"%s\",\"mode\":\"%s\",\"threads\":%d,\"streams\":%d,"
            + "\"chars_per_sec\":%.1f,\"best_chars_per_sec\":%.1f}%n",
        preset,
        mode,
        threads,
        streams,
        speeds[speeds.length / 2],
        speeds[speeds.length - 1]);
  }

  /** Characters a second of each window; the first fifth of the time is warm-up. */
  private static double[] measure(LongSupplier step, double seconds) {
    long warmUpEnd = System.nanoTime() + (long) (seconds * 0.2e9);
    while (System.nanoTime() < warmUpEnd) {
      var _ = step.getAsLong();
    }
    int windows = Math.max(1, (int) (seconds * 0.8 / WINDOW_SECONDS));
    double[] speeds = new double[windows];
    for (int i = 0; i < windows; i++) {
      long start = System.nanoTime();
      long chars = 0;
      long elapsed;
      do {
        chars += step.getAsLong();
        elapsed = System.nanoTime() - start;
      } while (elapsed < WINDOW_SECONDS * 1e9);
      speeds[i] = chars / (elapsed * 1e-9);
    }
    return speeds;
  }

  private static LongSupplier training(PeerShape shape) {
    TorchModel model = new TorchModel(shape, shape.batch());
    TensorVector parameters = model.parameters();
    Adam adam = new Adam(parameters, new AdamOptions(1e-3));
    Tensor inputs = randomTokens(shape, 1);
    Tensor targets = randomTokens(shape, 2).reshape(-1);
    return () -> {
      try (PointerScope _ = new PointerScope()) {
        adam.zero_grad();
        torch.cross_entropy(model.forward(inputs), targets).backward();
        torch.clip_grad_norm_(parameters, 5);
        adam.step();
        return (long) shape.window() * shape.batch();
      }
    };
  }

  private static LongSupplier sampling(PeerShape shape, int streams) {
    torch.globalContext().setUserEnabledMkldnn(streams >= ONEDNN_PAYS_FROM_STREAMS);
    NoGradGuard noGrad = new NoGradGuard();
    noGrad.retainReference();
    TorchModel model = new TorchModel(shape, streams);
    SplittableRandom random = new SplittableRandom(7);
    long[] tokens = new long[streams];
    float[] probabilities = new float[streams * shape.vocabulary()];
    Tensor input = tokens(tokens, 1, streams);
    LongPointer inputIds = input.data_ptr_long();
    return () -> {
      try (PointerScope _ = new PointerScope()) {
        inputIds.put(tokens);
        Tensor softmax = torch.softmax(model.forward(input), 1).contiguous();
        softmax.data_ptr_float().get(probabilities);
        for (int s = 0; s < streams; s++) {
          tokens[s] = draw(probabilities, s * shape.vocabulary(), shape.vocabulary(), random);
        }
        return streams;
      }
    };
  }

  private static int draw(float[] probabilities, int from, int count, SplittableRandom random) {
    double left = random.nextDouble();
    for (int i = 0; i < count; i++) {
      left -= probabilities[from + i];
      if (left < 0) {
        return i;
      }
    }
    return count - 1;
  }

  private static Tensor randomTokens(PeerShape shape, long seed) {
    long[] ids =
        new SplittableRandom(seed)
            .longs((long) shape.window() * shape.batch(), 0, shape.vocabulary())
            .toArray();
    return tokens(ids, shape.window(), shape.batch());
  }

  private static Tensor tokens(long[] ids, long rows, long columns) {
    TensorOptions int64 = new TensorOptions(torch.ScalarType.Long);
    return torch.from_blob(new LongPointer(ids), new long[] {rows, columns}, int64).clone();
  }
}
