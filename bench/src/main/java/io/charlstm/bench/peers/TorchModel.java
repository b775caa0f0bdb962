package io.charlstm.bench.peers;

import org.bytedeco.pytorch.EmbeddingImpl;
import org.bytedeco.pytorch.LSTMImpl;
import org.bytedeco.pytorch.LSTMOptions;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.T_TensorT_TensorTensor_T_T;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** The same language model out of libtorch's own modules, with its state (L,B,H) carried. */
final class TorchModel {
  private final PeerShape shape;
  private final EmbeddingImpl embedding;
  private final LSTMImpl lstm;
  private final LinearImpl output;
  private final Tensor h;
  private final Tensor c;

  TorchModel(PeerShape shape, int batch) {
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
  Tensor forward(Tensor tokens) {
    Tensor x =
        embedding == null
            ? torch.one_hot(tokens, shape.vocabulary()).to(torch.ScalarType.Float)
            : embedding.forward(tokens);
    T_TensorT_TensorTensor_T_T result = lstm.forward(x, new T_TensorTensor_T(h, c));
    h.set_data(result.get1().get0().detach());
    c.set_data(result.get1().get1().detach());
    return output.forward(result.get0().reshape(-1, shape.hidden()));
  }

  TensorVector parameters() {
    TensorVector all = new TensorVector();
    if (embedding != null) {
      all.insert(all.end(), embedding.weight());
    }
    append(all, lstm.parameters());
    append(all, output.parameters());
    return all;
  }

  private static void append(TensorVector all, TensorVector part) {
    for (long i = 0; i < part.size(); i++) {
      all.insert(all.end(), part.get(i));
    }
  }
}
