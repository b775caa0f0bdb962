package io.charlstm.bench.peers;

import org.bytedeco.pytorch.global.torch;

/** What {@code torch.autocast("cpu", torch.bfloat16)} does around a forward pass in Python. */
public final class Autocast implements AutoCloseable {
  public Autocast() {
    torch.set_autocast_dtype(torch.DeviceType.CPU, torch.ScalarType.BFloat16);
    torch.set_autocast_enabled(torch.DeviceType.CPU, true);
    torch.set_autocast_cache_enabled(true);
  }

  /** Also drops the casts of weights, which the next update makes stale. */
  @Override
  public void close() {
    torch.clear_cache();
    torch.set_autocast_enabled(torch.DeviceType.CPU, false);
  }
}
