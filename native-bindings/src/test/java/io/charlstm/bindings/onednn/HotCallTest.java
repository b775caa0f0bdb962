package io.charlstm.bindings.onednn;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.charlstm.bindings.memory.NativeMemory;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** The calls made inside of a training step leave no objects behind, whether compiled or not. */
class HotCallTest {
  private static final int CALLS = 2000;

  /** Reading the counter allocates a little itself; one object per call would be 16 bytes each. */
  private static final long SLACK_BYTES = 4L * CALLS;

  @Test
  void executingAPreparedCallAllocatesNothing() {
    try (NativeMemory slab = NativeMemory.allocate(4096);
        DnnlEngine engine = DnnlEngine.cpu();
        DnnlStream stream = new DnnlStream(engine);
        MemoryDesc rows = MemoryDesc.f32(FormatTag.AB, 2, 3);
        MemoryDesc columns = MemoryDesc.f32(FormatTag.BA, 2, 3);
        DnnlMemory from = new DnnlMemory(engine, rows, slab.carve(rows.byteSize()));
        DnnlMemory to = new DnnlMemory(engine, columns, slab.carve(columns.byteSize()));
        Reorder reorder = Reorder.create(engine, rows, columns);
        PreparedCall call = reorder.prepare(from, to, null)) {
      assertThat(bytesAllocatedBy(() -> call.execute(stream))).isLessThan(SLACK_BYTES);
    }
  }

  @Test
  void sgemmAllocatesNothing() {
    OneDnn.get().setOmpThreads(1);
    try (NativeMemory slab = NativeMemory.allocate(4096)) {
      long a = slab.carve(64);
      long b = slab.carve(64);
      long c = slab.carve(64);
      assertThat(bytesAllocatedBy(() -> Sgemm.run(false, true, 2, 3, 4, 1, a, 4, b, 4, 1, c, 3)))
          .isLessThan(SLACK_BYTES);
    }
  }

  private static long bytesAllocatedBy(Runnable call) {
    for (int i = 0; i < CALLS; i++) {
      call.run();
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < CALLS; i++) {
      call.run();
    }
    return threads.getCurrentThreadAllocatedBytes() - before;
  }
}
