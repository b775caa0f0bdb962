package io.charlstm.bindings.onednn;

import io.charlstm.bindings.gen.onednn.DnnlApi;

/** How a tensor's elements lie in memory; letters name the logical dimensions, outermost first. */
public enum FormatTag {
  /** The primitive chooses the layout. */
  ANY(DnnlApi.dnnl_format_tag_any()),
  /** A vector. */
  A(DnnlApi.dnnl_a()),
  /** A row-major matrix. */
  AB(DnnlApi.dnnl_ab()),
  /** A column-major matrix: the transpose's elements row by row. */
  BA(DnnlApi.dnnl_ba());

  private final int code;

  FormatTag(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
