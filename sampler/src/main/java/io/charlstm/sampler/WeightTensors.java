package io.charlstm.sampler;

import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.ParameterSpec;
import io.charlstm.runtime.safetensors.DType;
import io.charlstm.runtime.safetensors.ModelFileException;
import io.charlstm.runtime.safetensors.SafetensorsFile;
import io.charlstm.runtime.safetensors.TensorInfo;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Checks that a file holds exactly the weights of a network. */
final class WeightTensors {
  /** Names that start so are weights; other tensors (moments, states) may be there too. */
  private static final List<String> PREFIXES = List.of("embedding.", "lstm.", "output.");

  private static final int MOST_LISTED = 5;

  private WeightTensors() {}

  static void check(SafetensorsFile opened, NetworkConfig network) {
    List<ParameterSpec> parameters = parametersOf(opened, network);
    Set<String> wanted = new HashSet<>();
    List<String> missing = new ArrayList<>();
    for (ParameterSpec parameter : parameters) {
      wanted.add(parameter.name());
      TensorInfo tensor = opened.tensors().get(parameter.name());
      if (tensor == null) {
        missing.add(parameter.name());
      } else {
        checkOne(opened, parameter, tensor);
      }
    }
    requireNone(opened, missing, "its configuration needs weights that it lacks: ");
    List<String> extra =
        opened.tensors().keySet().stream()
            .filter(name -> PREFIXES.stream().anyMatch(name::startsWith))
            .filter(name -> !wanted.contains(name))
            .toList();
    requireNone(opened, extra, "it holds weights that its configuration has no place for: ");
  }

  private static List<ParameterSpec> parametersOf(SafetensorsFile opened, NetworkConfig network) {
    try {
      List<ParameterSpec> parameters = network.parameters();
      parameters.forEach(ParameterSpec::size);
      return parameters;
    } catch (ArithmeticException _) {
      throw new ModelFileException(
          opened.file(), "its configuration describes a network too large: " + network);
    }
  }

  private static void checkOne(SafetensorsFile opened, ParameterSpec parameter, TensorInfo tensor) {
    List<Long> shape = parameter.shape().stream().map(Integer::longValue).toList();
    if (tensor.dtype() != DType.F32 || !tensor.shape().equals(shape)) {
      throw new ModelFileException(
          opened.file(),
          "its tensor "
              + parameter.name()
              + " is "
              + tensor.dtype()
              + " "
              + tensor.shape()
              + "; its configuration needs F32 "
              + shape);
    }
  }

  private static void requireNone(SafetensorsFile opened, List<String> names, String problem) {
    if (!names.isEmpty()) {
      String listed = String.join(", ", names.stream().limit(MOST_LISTED).toList());
      String rest =
          names.size() > MOST_LISTED ? " and " + (names.size() - MOST_LISTED) + " more" : "";
      throw new ModelFileException(
          opened.file(), problem + ModelFileException.quote(listed) + rest);
    }
  }
}
