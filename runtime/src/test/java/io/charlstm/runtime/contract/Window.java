package io.charlstm.runtime.contract;

import io.charlstm.runtime.LossSum;
import java.util.Map;

/**
 * Everything a window left behind.
 *
 * @param results logits (T*B,V) and tokenLosses (T,B) where the window was scored, h and c (L,B,H)
 * @param gradients by parameter name; empty when the window was only scored
 * @param loss its loss
 */
public record Window(Map<String, float[]> results, Map<String, float[]> gradients, LossSum loss) {}
