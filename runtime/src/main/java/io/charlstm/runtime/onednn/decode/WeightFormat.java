package io.charlstm.runtime.onednn.decode;

/**
 * How a decoder keeps the weights that it multiplies at every token: those of the recurrence and of
 * the input. Tables, biases, the output layer and everything computed stay float32: they are read
 * seldom or cost little, and the output layer's rounding would go straight into the logits.
 */
public enum WeightFormat {
  FLOAT32,

  /** Rounded to bfloat16: 8 bits of precision. See {@link BfloatPanels}. */
  BFLOAT16,

  /** Whole numbers from -127 to 127 with a scale for each gate of each unit. */
  INT8
}
