package io.charlstm.bindings.onednn;

import io.charlstm.bindings.gen.onednn.DnnlApi;
import java.util.ArrayList;
import java.util.List;

/** The tensors of one call, by role. A null tensor leaves its role out. */
public final class ExecArgs {
  private final List<Integer> roles = new ArrayList<>();
  private final List<DnnlMemory> tensors = new ArrayList<>();

  /** What is read: a product's left operand, a copy's origin. */
  public ExecArgs source(DnnlMemory tensor) {
    return put(DnnlApi.DNNL_ARG_SRC_0(), tensor);
  }

  public ExecArgs weights(DnnlMemory tensor) {
    return put(DnnlApi.DNNL_ARG_WEIGHTS_0(), tensor);
  }

  public ExecArgs bias(DnnlMemory tensor) {
    return put(DnnlApi.DNNL_ARG_BIAS(), tensor);
  }

  /** What is written. */
  public ExecArgs destination(DnnlMemory tensor) {
    return put(DnnlApi.DNNL_ARG_DST_0(), tensor);
  }

  public ExecArgs scratchpad(DnnlMemory tensor) {
    return put(DnnlApi.DNNL_ARG_SCRATCHPAD(), tensor);
  }

  /** A primitive with these tensors, ready to run. */
  public PreparedCall prepare(Primitive primitive) {
    return new PreparedCall(primitive, this);
  }

  private ExecArgs put(int role, DnnlMemory tensor) {
    if (tensor != null) {
      roles.add(role);
      tensors.add(tensor);
    }
    return this;
  }

  int size() {
    return roles.size();
  }

  int role(int index) {
    return roles.get(index);
  }

  DnnlMemory tensor(int index) {
    return tensors.get(index);
  }
}
