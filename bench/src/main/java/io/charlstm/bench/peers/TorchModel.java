package io.charlstm.bench.peers;

import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.pytorch.EmbeddingImpl;
import org.bytedeco.pytorch.LSTMImpl;
import org.bytedeco.pytorch.LSTMOptions;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.T_TensorT_TensorTensor_T_T;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** The same language model out of libtorch's own modules, with its state (L,B,H) carried. */
public final class TorchModel {
  private final PeerShape shape;
  private final EmbeddingImpl embedding;
  private final LSTMImpl lstm;
  private final LinearImpl output;
  private final Tensor h;
  private final Tensor c;

  /** With libtorch's own initial weights and zero state. */
  public TorchModel(PeerShape shape, int batch) {
    this.shape = shape;
    embedding =
        shape.embedding() == 0 ? null : new EmbeddingImpl(shape.vocabulary(), shape.embedding());
    LSTMOptions options = new LSTMOptions(shape.inputSize(), shape.hidden());
    options.num_layers().put(shape.layers());
    lstm = new LSTMImpl(options);
    output = new LinearImpl(shape.hidden(), shape.vocabulary());
    h = torch.zeros(shape.layers(), batch, shape.hidden());
    c = torch.zeros(shape.layers(), batch, shape.hidden());
  }

  /** Logits (T*B,V) of tokens (T,B); h and c go on from the last call, without their history. */
  public Tensor forward(Tensor tokens) {
    Tensor x =
        embedding == null
            ? torch.one_hot(tokens, shape.vocabulary()).to(torch.ScalarType.Float)
            : embedding.forward(tokens);
    T_TensorT_TensorTensor_T_T result = lstm.forward(x, new T_TensorTensor_T(h, c));
    // under autocast the state comes back as bfloat16
    h.set_data(result.get1().get0().detach().to(torch.ScalarType.Float));
    c.set_data(result.get1().get1().detach().to(torch.ScalarType.Float));
    return output.forward(result.get0().reshape(-1, shape.hidden()));
  }

  /** In PyTorch's order: embedding, for each layer both weights and both biases, projection. */
  public TensorVector parameters() {
    TensorVector all = new TensorVector();
    if (embedding != null) {
      all.insert(all.end(), embedding.weight());
    }
    append(all, lstm.parameters());
    append(all, output.parameters());
    return all;
  }

  /** Takes over values in the order of {@link #parameters}, each row-major. */
  void load(List<float[]> values) {
    TensorVector all = parameters();
    if (all.size() != values.size()) {
      throw new IllegalArgumentException(values.size() + " tensors, not " + all.size());
    }
    try (NoGradGuard _ = new NoGradGuard()) {
      for (int i = 0; i < values.size(); i++) {
        Tensor parameter = all.get(i);
        float[] array = values.get(i);
        if (parameter.numel() != array.length) {
          throw new IllegalArgumentException(
              array.length + " values for a tensor of " + parameter.numel());
        }
        Tensor source = torch.from_blob(new FloatPointer(array), array.length);
        var _ = parameter.copy_(source.reshape(parameter.sizes()));
      }
    }
  }

  /** h and c to zero. */
  public void resetState() {
    h.set_data(torch.zeros_like(h));
    c.set_data(torch.zeros_like(c));
  }

  /** Takes over the weights of another one of this shape. */
  public void copyFrom(TorchModel other) {
    TensorVector mine = parameters();
    TensorVector theirs = other.parameters();
    try (NoGradGuard _ = new NoGradGuard()) {
      for (long i = 0; i < mine.size(); i++) {
        var _ = mine.get(i).copy_(theirs.get(i));
      }
    }
  }

  private static void append(TensorVector all, TensorVector part) {
    for (long i = 0; i < part.size(); i++) {
      all.insert(all.end(), part.get(i));
    }
  }
}
