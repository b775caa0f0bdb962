package io.charlstm.runtime.torch;

import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.ParameterSpec;
import io.charlstm.runtime.WindowPlan;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.EmbeddingImpl;
import org.bytedeco.pytorch.LSTMImpl;
import org.bytedeco.pytorch.LSTMOptions;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.StringTensorDict;
import org.bytedeco.pytorch.T_TensorT_TensorTensor_T_T;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The language model out of libtorch's own modules, {@code torch.nn.Embedding}, {@code
 * torch.nn.LSTM} and {@code torch.nn.Linear}, with the state (L,B,H) carried without its history.
 */
final class TorchModel {
  /** The target that libtorch's cross-entropy ignores. */
  private static final long TORCH_IGNORE = -100;

  private final NetworkConfig config;
  private final ScalarType type;
  private final EmbeddingImpl embedding;
  private final LSTMImpl lstm;
  private final LinearImpl output;
  private final Map<String, Tensor> parameters = new LinkedHashMap<>();
  private Tensor h;
  private Tensor c;

  /** A model with libtorch's own initial values, in single or double precision. */
  TorchModel(NetworkConfig config, ScalarType type) {
    this.config = config;
    this.type = type;
    int vocabulary = config.vocabularySize();
    embedding = config.oneHot() ? null : new EmbeddingImpl(vocabulary, config.embeddingSize());
    LSTMOptions options = new LSTMOptions(config.inputSize(0), config.hiddenSize());
    options.num_layers().put(config.numLayers());
    lstm = new LSTMImpl(options);
    output = new LinearImpl(config.hiddenSize(), vocabulary);
    if (embedding != null) {
      collect("embedding.", embedding);
    }
    collect("lstm.", lstm);
    collect("output.", output);
  }

  private void collect(String prefix, Module module) {
    module.to(type, false);
    StringTensorDict named = module.named_parameters();
    for (ParameterSpec spec : config.parameters()) {
      if (spec.name().startsWith(prefix)) {
        parameters.put(spec.name(), named.get(spec.name().substring(prefix.length())));
      }
    }
  }

  /** Copies values in under PyTorch's names. */
  void load(Map<String, float[]> values) {
    try (NoGradGuard _ = new NoGradGuard()) {
      values.forEach((name, array) -> parameters.get(name).copy_(tensor(array, shape(name))));
    }
  }

  private long[] shape(String name) {
    return config.parameters().stream()
        .filter(spec -> spec.name().equals(name))
        .flatMapToLong(spec -> spec.shape().stream().mapToLong(Integer::longValue))
        .toArray();
  }

  /** Takes over a state (L,B,H). */
  void setState(float[] hidden, float[] cell, int batch) {
    long[] shape = {config.numLayers(), batch, config.hiddenSize()};
    h = tensor(hidden, shape);
    c = tensor(cell, shape);
  }

  /** Logits (T*B,V) of tokens (T,B). */
  Tensor forward(int[] tokens, int batch) {
    Tensor ids = tokens(tokens).reshape(tokens.length / batch, batch);
    Tensor x =
        embedding == null
            ? torch.one_hot(ids, config.vocabularySize()).to(type)
            : embedding.forward(ids);
    T_TensorT_TensorTensor_T_T result = lstm.forward(x, new T_TensorTensor_T(h, c));
    h = result.get1().get0().detach();
    c = result.get1().get1().detach();
    Tensor y = result.get0().reshape(-1, config.hiddenSize());
    return config.tiedEmbedding()
        ? torch.linear(y, embedding.weight(), new TensorOptional(output.bias()))
        : output.forward(y);
  }

  /** Mean cross-entropy over the targets that are not ignored. */
  Tensor loss(Tensor logits, int[] targets) {
    return torch.cross_entropy(logits, tokens(targets));
  }

  /** The parameters in the order of {@link NetworkConfig#parameters()}. */
  TensorVector parameters() {
    TensorVector all = new TensorVector();
    for (ParameterSpec spec : config.parameters()) {
      all.insert(all.end(), parameters.get(spec.name()));
    }
    return all;
  }

  double[] read(String name) {
    return values(parameters.get(name));
  }

  double[] readGradient(String name) {
    return values(parameters.get(name).grad());
  }

  /** A copy of a tensor's values in double precision. */
  static double[] values(Tensor tensor) {
    Tensor wide = tensor.detach().to(ScalarType.Double).contiguous();
    double[] values = new double[(int) wide.numel()];
    wide.data_ptr_double().get(values);
    return values;
  }

  private Tensor tensor(float[] values, long... shape) {
    double[] wide = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      wide[i] = values[i];
    }
    TensorOptions options = new TensorOptions(ScalarType.Double);
    return torch.from_blob(new DoublePointer(wide), shape, options).clone().to(type);
  }

  private static Tensor tokens(int[] tokens) {
    long[] ids = new long[tokens.length];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = tokens[i] == WindowPlan.IGNORE ? TORCH_IGNORE : tokens[i];
    }
    TensorOptions options = new TensorOptions(ScalarType.Long);
    return torch.from_blob(new LongPointer(ids), new long[] {ids.length}, options).clone();
  }
}
