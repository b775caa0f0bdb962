package io.charlstm.trainer.recipe;

import java.util.List;
import java.util.Locale;

/** Curves over training steps as an SVG picture with axes, grid and legend. */
final class CurveDrawing {
  private static final double WIDTH = 760;
  private static final double HEIGHT = 330;
  private static final double LEFT = 62;
  private static final double RIGHT = 18;
  private static final double TOP = 34;
  private static final double BOTTOM = 44;
  private static final int TICKS = 6;

  private final List<Curve> curves;
  private final Markup svg = new Markup();
  private final double minX;
  private final double maxX;
  private final double minY;
  private final double maxY;
  private final double tickX;
  private final double tickY;

  private CurveDrawing(List<Curve> curves) {
    this.curves = curves;
    double[] x = range(0);
    double[] y = range(1);
    tickX = tick(x[1] - Math.min(0, x[0]));
    tickY = tick(y[1] - y[0]);
    minX = Math.min(0, x[0]);
    maxX = Math.max(x[1], minX + tickX);
    minY = tickY * Math.floor(y[0] / tickY);
    maxY = Math.max(tickY * Math.ceil(y[1] / tickY), minY + tickY);
  }

  /**
   * The picture.
   *
   * @param curves at least one point in all
   */
  static String svg(List<Curve> curves, String xLabel, String yLabel) {
    CurveDrawing drawing = new CurveDrawing(curves);
    drawing.draw(xLabel, yLabel);
    return drawing.svg.toString();
  }

  private double[] range(int axis) {
    double low = Double.POSITIVE_INFINITY;
    double high = Double.NEGATIVE_INFINITY;
    for (Curve curve : curves) {
      for (double[] point : curve.points()) {
        low = Math.min(low, point[axis]);
        high = Math.max(high, point[axis]);
      }
    }
    return new double[] {low, high};
  }

  /** A distance of 1, 2 or 5 times a power of ten, some {@link #TICKS} of which span a range. */
  static double tick(double span) {
    if (!(span > 0)) {
      return 1;
    }
    double power = StrictMath.pow(10, Math.floor(StrictMath.log10(span / TICKS)));
    double rest = span / TICKS / power;
    return power * (rest <= 1 ? 1 : rest <= 2 ? 2 : rest <= 5 ? 5 : 10);
  }

  private double x(double value) {
    return LEFT + (value - minX) / (maxX - minX) * (WIDTH - LEFT - RIGHT);
  }

  private double y(double value) {
    return HEIGHT - BOTTOM - (value - minY) / (maxY - minY) * (HEIGHT - TOP - BOTTOM);
  }

  private void draw(String xLabel, String yLabel) {
    svg.open(
        "svg",
        "xmlns",
        "http://www.w3.org/2000/svg",
        "viewBox",
        "0 0 " + Markup.number(WIDTH) + " " + Markup.number(HEIGHT),
        "class",
        "chart",
        "role",
        "img");
    svg.element("title", yLabel + " over " + xLabel);
    grid();
    svg.element(
        "text",
        xLabel,
        "x",
        (LEFT + WIDTH - RIGHT) / 2,
        "y",
        HEIGHT - 8,
        "class",
        "label",
        "text-anchor",
        "middle");
    svg.element(
        "text",
        yLabel,
        "class",
        "label",
        "text-anchor",
        "middle",
        "transform",
        String.format(Locale.ROOT, "translate(15 %.1f) rotate(-90)", (TOP + HEIGHT - BOTTOM) / 2));
    double legend = LEFT + 4;
    for (Curve curve : curves) {
      if (!curve.points().isEmpty()) {
        line(curve);
        legend = legend(curve, legend);
      }
    }
    svg.close();
  }

  private void grid() {
    for (double value = minY; value <= maxY + tickY / 2; value += tickY) {
      svg.empty(
          "line", "class", "grid", "x1", LEFT, "x2", WIDTH - RIGHT, "y1", y(value), "y2", y(value));
      svg.element(
          "text",
          label(value, tickY),
          "class",
          "tick",
          "x",
          LEFT - 8,
          "y",
          y(value) + 4,
          "text-anchor",
          "end");
    }
    for (double value = 0; value <= maxX + tickX * 1e-6; value += tickX) {
      svg.empty(
          "line",
          "class",
          "grid",
          "x1",
          x(value),
          "x2",
          x(value),
          "y1",
          TOP,
          "y2",
          HEIGHT - BOTTOM);
      svg.element(
          "text",
          label(value, tickX),
          "class",
          "tick",
          "x",
          x(value),
          "y",
          HEIGHT - BOTTOM + 17,
          "text-anchor",
          "middle");
    }
  }

  /** As many decimals as tell neighbouring ticks apart. */
  private static String label(double value, double tick) {
    int decimals = (int) Math.max(0, -Math.floor(StrictMath.log10(tick) + 1e-9));
    return String.format(Locale.ROOT, "%,." + decimals + "f", value);
  }

  private void line(Curve curve) {
    StringBuilder points = new StringBuilder();
    for (double[] point : curve.points()) {
      points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(point[0]), y(point[1])));
    }
    svg.empty(
        "polyline",
        "points",
        points.toString().strip(),
        "fill",
        "none",
        "stroke",
        curve.colour(),
        "stroke-width",
        1.8,
        "stroke-linejoin",
        "round");
    if (curve.points().size() <= 40) {
      for (double[] point : curve.points()) {
        svg.empty("circle", "cx", x(point[0]), "cy", y(point[1]), "r", 2.6, "fill", curve.colour());
      }
    }
  }

  /** Draws an entry of the legend and returns where the next one goes. */
  private double legend(Curve curve, double from) {
    svg.empty(
        "line",
        "x1",
        from,
        "x2",
        from + 22,
        "y1",
        18.0,
        "y2",
        18.0,
        "stroke",
        curve.colour(),
        "stroke-width",
        2.4);
    svg.element("text", curve.name(), "class", "label", "x", from + 28, "y", 22.0);
    return from + 46 + 7.2 * curve.name().length();
  }
}
