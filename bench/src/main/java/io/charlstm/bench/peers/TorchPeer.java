package io.charlstm.bench.peers;

import java.io.IOException;
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
 * libtorch as a peer, tuned as a competent user would: threads set, denormals flushed, the BLAS
 * pool kept from fighting the OpenMP pool (set {@code OPENBLAS_NUM_THREADS=1} outside), oneDNN off
 * for sampling a single stream, bf16 by autocast.
 *
 * <p>Arguments: {@code train} or {@code sample}, threads, streams, {@code fp32} or {@code bf16}.
 */
public final class TorchPeer implements PeerLoop.Engine {
  private static final int ONEDNN_PAYS_FROM_STREAMS = 16;

  private final boolean training;
  private final int streams;
  private final boolean bf16;

  TorchPeer(boolean training, int streams, boolean bf16) {
    this.training = training;
    this.streams = streams;
    this.bf16 = bf16;
  }

  /** Serves until standard input ends. */
  public static void main(String[] arguments) throws IOException {
    tune(Integer.parseInt(arguments[1]));
    PeerLoop.serve(
        new TorchPeer(
            arguments[0].equals("train"),
            Integer.parseInt(arguments[2]),
            arguments[3].equals("bf16")));
  }

  /** Threads set and denormals flushed, once in a process. */
  public static void tune(int threads) {
    torch.set_num_threads(threads);
    torch.set_num_interop_threads(1);
    Context.setFlushDenormal(true);
  }

  @Override
  public LongSupplier load(int[] shape) {
    PeerShape loaded = PeerShape.of(shape);
    useOneDnn(training || streams >= ONEDNN_PAYS_FROM_STREAMS);
    return training ? training(loaded) : sampling(loaded);
  }

  /** Whether libtorch gives LSTMs and matrix products to oneDNN; holds for the process. */
  static void useOneDnn(boolean use) {
    torch.globalContext().setUserEnabledMkldnn(use);
  }

  private LongSupplier training(PeerShape shape) {
    TorchModel model = new TorchModel(shape, shape.batch());
    TensorVector parameters = model.parameters();
    Adam adam = new Adam(parameters, new AdamOptions(1e-3));
    Tensor inputs = randomTokens(shape, 1);
    Tensor targets = randomTokens(shape, 2).reshape(-1);
    return () -> {
      try (PointerScope _ = new PointerScope()) {
        adam.zero_grad();
        loss(model, inputs, targets).backward();
        torch.clip_grad_norm_(parameters, 5);
        adam.step();
        return shape.charactersPerStep();
      }
    };
  }

  private Tensor loss(TorchModel model, Tensor inputs, Tensor targets) {
    if (!bf16) {
      return torch.cross_entropy(model.forward(inputs), targets);
    }
    try (Autocast _ = new Autocast()) {
      return torch.cross_entropy(model.forward(inputs), targets);
    }
  }

  private LongSupplier sampling(PeerShape shape) {
    TorchModel model = new TorchModel(shape, streams);
    SplittableRandom random = new SplittableRandom(7);
    long[] tokens = new long[streams];
    float[] probabilities = new float[streams * shape.vocabulary()];
    Tensor input = tokens(tokens, 1, streams);
    LongPointer inputIds = input.data_ptr_long();
    return () -> {
      try (PointerScope _ = new PointerScope();
          NoGradGuard _ = new NoGradGuard()) {
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

  /** The same tokens that the others get. */
  static Tensor randomTokens(PeerShape shape, long seed) {
    int[] drawn = shape.randomTokens(seed);
    long[] ids = new long[drawn.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = drawn[i];
    }
    return tokens(ids, shape.window(), shape.batch());
  }

  /** Tokens (rows,columns) as libtorch has them. */
  public static Tensor tokens(long[] ids, long rows, long columns) {
    TensorOptions int64 = new TensorOptions(torch.ScalarType.Long);
    return torch.from_blob(new LongPointer(ids), new long[] {rows, columns}, int64).clone();
  }
}
