package io.charlstm.trainer.recipe;

import java.util.ArrayList;
import java.util.List;

/**
 * A line of a chart.
 *
 * @param name in the legend
 * @param colour CSS colour
 * @param points x and y
 */
record Curve(String name, String colour, List<double[]> points) {
  Curve(String name, String colour) {
    this(name, colour, new ArrayList<>());
  }

  void add(double x, double y) {
    points.add(new double[] {x, y});
  }
}
