package io.charlstm.runtime.cudnn;

import io.charlstm.runtime.cudnn.DeviceBuffers.Block;
import java.util.ArrayList;
import java.util.List;

/**
 * Memory that the libraries ask for: scratch that all calls of a stream share, and for each piece
 * of each LSTM descriptor what it keeps from its forward pass to the end of its backward pass.
 *
 * @param scratches of each stream, the first being that of all work but the upper layers'
 */
record Workspaces(List<Block> scratches, List<List<Block>> reserves) {
  Workspaces {
    scratches = List.copyOf(scratches);
    reserves = List.copyOf(reserves);
  }

  /** Announces those of a plan. */
  static Workspaces of(WindowPasses passes, int parts, DeviceBuffers device) {
    return of(passes.lstm(), passes.workspaceBytes(), parts, device);
  }

  /** Announces those of an LSTM alone. */
  static Workspaces of(LstmWindows lstm, long sharedBytes, int parts, DeviceBuffers device) {
    List<Block> scratches = new ArrayList<>();
    scratches.add(device.add("workspace", sharedBytes, 1));
    boolean apart = lstm.pieces().count() > 1;
    for (int part = 1; part < parts && apart; part++) {
      scratches.add(device.add("workspace of a layer", lstm.workspaceBytes(part), 1));
    }
    List<List<Block>> reserves = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      List<Block> own = new ArrayList<>();
      for (int piece = 0; piece < lstm.pieces().count(); piece++) {
        own.add(device.add("reserve space", lstm.reserveBytes(part, piece), 1));
      }
      reserves.add(List.copyOf(own));
    }
    return new Workspaces(scratches, reserves);
  }

  /** Scratch of the stream of all work but the upper layers'. */
  Block shared() {
    return scratches.getFirst();
  }

  /** Scratch of a part's stream. */
  Block scratch(int part) {
    return scratches.size() == 1 ? shared() : scratches.get(part);
  }

  Block reserve(int part, int piece) {
    return reserves.get(part).get(piece);
  }

  /** Whether these serve the passes too. */
  boolean suffice(WindowPasses passes) {
    LstmWindows lstm = passes.lstm();
    for (int part = 0; part < reserves.size(); part++) {
      for (int piece = 0; piece < lstm.pieces().count(); piece++) {
        if (lstm.reserveBytes(part, piece) > reserve(part, piece).bytes()) {
          return false;
        }
      }
      if (lstm.workspaceBytes(part) > scratch(part).bytes()) {
        return false;
      }
    }
    return passes.workspaceBytes() <= shared().bytes();
  }
}
