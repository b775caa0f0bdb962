package io.charlstm.runtime.cudnn;

import io.charlstm.runtime.cudnn.DeviceBuffers.Block;
import java.util.ArrayList;
import java.util.List;

/**
 * Memory that the libraries ask for: scratch that all calls share, and for each LSTM descriptor
 * what it keeps from its forward pass to the end of its backward pass.
 */
record Workspaces(Block shared, List<Block> reserves) {
  Workspaces {
    reserves = List.copyOf(reserves);
  }

  /** Announces those of a plan. */
  static Workspaces of(WindowPasses passes, int parts, DeviceBuffers device) {
    return of(passes.lstm(), passes.workspaceBytes(), parts, device);
  }

  /** Announces those of an LSTM alone. */
  static Workspaces of(LstmWindows lstm, long sharedBytes, int parts, DeviceBuffers device) {
    Block shared = device.add("workspace", sharedBytes, 1);
    List<Block> reserves = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      reserves.add(device.add("reserve space", lstm.reserveBytes(part), 1));
    }
    return new Workspaces(shared, reserves);
  }

  /** Whether these serve the passes too. */
  boolean suffice(WindowPasses passes) {
    for (int part = 0; part < reserves.size(); part++) {
      if (passes.lstm().reserveBytes(part) > reserves.get(part).bytes()) {
        return false;
      }
    }
    return passes.workspaceBytes() <= shared.bytes();
  }
}
