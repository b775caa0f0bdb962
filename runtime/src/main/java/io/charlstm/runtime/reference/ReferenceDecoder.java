package io.charlstm.runtime.reference;

import io.charlstm.runtime.NetworkConfig;
import io.charlstm.runtime.SamplingConfig;
import io.charlstm.runtime.StepDecoder;
import io.charlstm.runtime.StreamRandom;
import io.charlstm.runtime.TokenSampler;
import java.util.Arrays;

/** One step at a time in double precision; each stream is a lane of its own. */
public final class ReferenceDecoder implements StepDecoder {
  private final ReferenceNetwork network;
  private final ReferenceParameterBlock parameters;
  private final NetworkConfig config;
  private final int streams;
  private final ReferenceInput input;
  private final ReferenceOutput output;
  private final ReferenceLstmLayer[] layers;
  private final double[][] values;
  private final double[] logits;
  private final float[] roundedLogits;
  private final TokenSampler sampler;
  private final long[] seeds;
  private final long[] drawn;
  private final boolean[] fed;

  ReferenceDecoder(ReferenceNetwork network, int streams) {
    if (streams < 1) {
      throw new IllegalArgumentException("a decoder needs at least one stream: " + streams);
    }
    this.network = network;
    this.streams = streams;
    config = network.config();
    parameters = new ReferenceParameterBlock(config);
    input = new ReferenceInput(config, parameters);
    output = new ReferenceOutput(config, parameters);
    layers = new ReferenceLstmLayer[config.numLayers()];
    values = new double[layers.length + 1][];
    for (int l = 0; l <= layers.length; l++) {
      int width = config.inputSize(l);
      values[l] = new double[Math.multiplyExact(streams, width)];
      if (l < layers.length) {
        var shape = new ReferenceLstmLayer.Shape(1, streams, width, config.hiddenSize());
        layers[l] = new ReferenceLstmLayer(parameters, l, shape);
      }
    }
    logits = new double[Math.multiplyExact(streams, config.vocabularySize())];
    roundedLogits = new float[config.vocabularySize()];
    sampler = new TokenSampler(config.vocabularySize());
    seeds = new long[streams];
    drawn = new long[streams];
    fed = new boolean[streams];
    refresh();
  }

  @Override
  public int streams() {
    return streams;
  }

  @Override
  public void refresh() {
    parameters.copyFrom(network.parameters());
  }

  @Override
  public void reset(int stream, long seed) {
    int hiddenSize = config.hiddenSize();
    for (ReferenceLstmLayer layer : layers) {
      Arrays.fill(layer.hidden, stream * hiddenSize, (stream + 1) * hiddenSize, 0);
      Arrays.fill(layer.cell, stream * hiddenSize, (stream + 1) * hiddenSize, 0);
    }
    seeds[stream] = seed;
    drawn[stream] = 0;
    fed[stream] = false;
  }

  @Override
  public void feed(int[] tokens) {
    for (int s = 0; s < streams; s++) {
      if (tokens[s] != IDLE) {
        feed(s, tokens[s]);
      }
    }
  }

  private void feed(int stream, int token) {
    input.forward(token, values[0], stream);
    int hiddenSize = config.hiddenSize();
    for (int l = 0; l < layers.length; l++) {
      ReferenceLstmLayer layer = layers[l];
      layer.forwardCell(values[l], 0, stream);
      layer.carryLane(stream);
      int lane = stream * hiddenSize;
      System.arraycopy(layer.hidden, lane, values[l + 1], lane, hiddenSize);
    }
    output.forward(values[layers.length], logits, stream);
    fed[stream] = true;
  }

  @Override
  public void generate(int steps, SamplingConfig sampling, int[] tokens) {
    for (int s = 0; s < streams; s++) {
      if (!fed[s]) {
        throw new IllegalStateException("stream " + s + " was not fed since its reset");
      }
    }
    for (int t = 0; t < steps; t++) {
      for (int s = 0; s < streams; s++) {
        readLogits(s, roundedLogits);
        double uniform = StreamRandom.uniform(seeds[s], drawn[s]++);
        int token = sampler.draw(roundedLogits, sampling, uniform);
        tokens[t * streams + s] = token;
        feed(s, token);
      }
    }
  }

  @Override
  public void readLogits(int stream, float[] destination) {
    int vocabularySize = config.vocabularySize();
    for (int v = 0; v < vocabularySize; v++) {
      destination[v] = (float) logits[stream * vocabularySize + v];
    }
  }

  @Override
  public void close() {}
}
