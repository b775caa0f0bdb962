package io.charlstm.runtime.cudnn.decode;

import io.charlstm.runtime.SamplingConfig;

/**
 * Tokens handed over piece by piece while the device draws the next ones. The state after a piece
 * is kept until the piece is accepted, so that the streams can go back to it. For the device
 * thread.
 */
final class TokenPieces {
  private static final int AHEAD = DecoderBuffers.COPIES;

  private final DeviceDecoder decoder;
  private final int[] parities = new int[AHEAD];
  private int left;
  private int most = 1;
  private long queued;
  private long handedOver;

  TokenPieces(DeviceDecoder decoder, int steps, SamplingConfig sampling) {
    this.decoder = decoder;
    left = steps;
    decoder.startPieces(sampling);
  }

  /**
   * Accepts the piece before and hands over the next one.
   *
   * @param tokens receives (steps,S), up to a chunk of steps
   * @return its number of steps, 0 at the end
   */
  int next(int[] tokens) {
    long accepted = handedOver;
    while (left > 0 && queued <= accepted + AHEAD) {
      queue(accepted);
    }
    if (handedOver == queued) {
      return 0;
    }
    handedOver++;
    return decoder.receive(tokens);
  }

  private void queue(long accepted) {
    if (queued > accepted) {
      parities[slot(queued)] = decoder.save(slot(queued));
    }
    left -= decoder.queue(Math.min(left, most));
    most = Math.min(2 * most, DecoderBuffers.CHUNK);
    queued++;
  }

  /**
   * Goes back to the state after the last piece handed over. Before the first one there is none to
   * go back to: a call of the device has failed, and the streams are of no use until their reset.
   */
  void stop() {
    decoder.drop();
    if (handedOver > 0 && queued > handedOver) {
      decoder.restore(slot(handedOver), parities[slot(handedOver)]);
    }
  }

  private static int slot(long piece) {
    return (int) (piece % AHEAD);
  }
}
