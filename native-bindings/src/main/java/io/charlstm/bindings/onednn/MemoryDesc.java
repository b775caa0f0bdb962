package io.charlstm.bindings.onednn;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.charlstm.bindings.gen.onednn.DnnlApi;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Shape, element type and layout of a tensor. Immutable; used by any number of threads. */
public final class MemoryDesc extends DnnlHandle {
  private MemoryDesc(MemorySegment pointer) {
    super("memory descriptor", pointer);
  }

  /** As {@link #dense}, of 32-bit floats. */
  public static MemoryDesc f32(FormatTag tag, long... dims) {
    return dense(DataType.F32, tag, dims);
  }

  /**
   * A tensor in a dense layout.
   *
   * @param dims logical sizes, such as (rows, columns)
   */
  public static MemoryDesc dense(DataType type, FormatTag tag, long... dims) {
    OneDnn.get();
    return new MemoryDesc(
        create(
            "dnnl_memory_desc_create_with_tag",
            (out, scratch) ->
                DnnlApi.dnnl_memory_desc_create_with_tag(
                    out,
                    dims.length,
                    scratch.allocateFrom(JAVA_LONG, dims),
                    type.code(),
                    tag.code())));
  }

  /** As {@link #strided}, of 32-bit floats. */
  public static MemoryDesc f32Strided(long[] dims, long[] strides) {
    return strided(DataType.F32, dims, strides);
  }

  /**
   * A tensor whose neighbours along dimension d lie {@code strides[d]} elements apart; (ld, 1) is a
   * row-major matrix inside of rows of ld elements.
   */
  public static MemoryDesc strided(DataType type, long[] dims, long[] strides) {
    if (dims.length != strides.length) {
      throw new IllegalArgumentException(
          dims.length + " dimensions but " + strides.length + " strides");
    }
    OneDnn.get();
    return new MemoryDesc(
        create(
            "dnnl_memory_desc_create_with_strides",
            (out, scratch) ->
                DnnlApi.dnnl_memory_desc_create_with_strides(
                    out,
                    dims.length,
                    scratch.allocateFrom(JAVA_LONG, dims),
                    type.code(),
                    scratch.allocateFrom(JAVA_LONG, strides))));
  }

  /** A copy of a descriptor that another native object owns. */
  static MemoryDesc copyOf(MemorySegment descriptor) {
    return new MemoryDesc(
        create(
            "dnnl_memory_desc_clone", (out, _) -> DnnlApi.dnnl_memory_desc_clone(out, descriptor)));
  }

  /** Bytes from the first element to the end of the last row, all padding included. */
  public long byteSize() {
    return DnnlApi.dnnl_memory_desc_get_size(pointer());
  }

  /** The logical sizes. */
  public long[] dims() {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment out = scratch.allocate(ADDRESS);
      query(DnnlApi.dnnl_query_ndims_s32(), out);
      int count = out.get(JAVA_INT, 0);
      query(DnnlApi.dnnl_query_dims(), out);
      return out.get(ADDRESS, 0).reinterpret(count * JAVA_LONG.byteSize()).toArray(JAVA_LONG);
    }
  }

  private void query(int what, MemorySegment out) {
    Status.check("dnnl_memory_desc_query", DnnlApi.dnnl_memory_desc_query(pointer(), what, out));
  }

  /** Whether a buffer of one serves as the other: same shape, type and layout. */
  public boolean isSameAs(MemoryDesc other) {
    return DnnlApi.dnnl_memory_desc_equal(pointer(), other.pointer()) != 0;
  }

  @Override
  void destroy(MemorySegment object) {
    Status.check("dnnl_memory_desc_destroy", DnnlApi.dnnl_memory_desc_destroy(object));
  }
}
