package io.charlstm.bindings.onednn;

import io.charlstm.bindings.NativeException;
import io.charlstm.bindings.gen.onednn.DnnlApi;

/** Checks of {@code dnnl_status_t}. */
final class Status {
  private static final String LIBRARY = "oneDNN";

  private Status() {}

  /** Throws {@link NativeException} unless the function reported success. */
  static void check(String function, int status) {
    if (status != DnnlApi.dnnl_success()) {
      throw new NativeException(LIBRARY, function, status, text(status));
    }
  }

  /** The word that oneDNN's header has for a status, such as {@code invalid_arguments}. */
  static String text(int status) {
    if (status == DnnlApi.dnnl_out_of_memory()) {
      return "out_of_memory";
    } else if (status == DnnlApi.dnnl_invalid_arguments()) {
      return "invalid_arguments";
    } else if (status == DnnlApi.dnnl_unimplemented()) {
      return "unimplemented";
    } else if (status == DnnlApi.dnnl_last_impl_reached()) {
      return "last_impl_reached";
    } else if (status == DnnlApi.dnnl_runtime_error()) {
      return "runtime_error";
    } else if (status == DnnlApi.dnnl_not_required()) {
      return "not_required";
    } else if (status == DnnlApi.dnnl_invalid_shape()) {
      return "invalid_shape";
    } else if (status == DnnlApi.dnnl_invalid_data_type()) {
      return "invalid_data_type";
    }
    return "unknown status";
  }
}
