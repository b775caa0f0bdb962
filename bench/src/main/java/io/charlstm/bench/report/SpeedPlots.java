package io.charlstm.bench.report;

import io.charlstm.bench.peers.SpeedSweep;
import java.awt.BasicStroke;
import java.awt.Color;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;

/** The windows that {@link SpeedSweep} kept, as curves: the best window of each point. */
final class SpeedPlots {
  private static final int WIDTH = 720;
  private static final int HEIGHT = 460;
  private static final int SIZE = 2;
  private static final int LIBRARY = 4;
  private static final int PRECISION = 5;
  private static final int SPEED = 8;
  private static final BasicStroke DASHED =
      new BasicStroke(2, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 10, new float[] {6, 4}, 0);

  private static final Pattern LONG_FRACTION = Pattern.compile("(\\.\\d\\d)\\d+");

  private SpeedPlots() {}

  /** Draws both plots into a folder. */
  static void draw(Path sweep, Path folder) {
    List<List<String>> rows = Csv.read(sweep, SpeedSweep.COLUMNS);
    try {
      Files.createDirectories(folder);
      save(chart("hidden", "hidden size H (L=2, B=32, T=64)", rows), folder, "speed-by-hidden");
      save(chart("batch", "batch size B (H=256, L=2, T=64)", rows), folder, "speed-by-batch");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void save(XYChart chart, Path folder, String name) throws IOException {
    Path file = folder.resolve(name + ".svg");
    VectorGraphicsEncoder.saveVectorGraphic(chart, file.toString(), VectorGraphicsFormat.SVG);
    // hundredths of a pixel are enough, and a third smaller
    Files.writeString(file, LONG_FRACTION.matcher(Files.readString(file)).replaceAll("$1"));
  }

  /** The best window of every point of an axis, a curve for each library and precision. */
  static XYChart chart(String axis, String title, List<List<String>> rows) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title("Training, characters a second")
            .xAxisTitle(title)
            .yAxisTitle("characters a second")
            .build();
    chart.getStyler().setXAxisLogarithmic(true).setYAxisLogarithmic(true);
    chart.getStyler().setChartBackgroundColor(Color.WHITE);
    chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
    chart.getStyler().setXAxisDecimalPattern("###0").setYAxisDecimalPattern("#,##0");
    Map<String, Map<Integer, Double>> curves = curves(axis, rows);
    setDecades(chart, curves);
    curves.forEach(
        (name, points) -> {
          var series =
              chart.addSeries(
                  name, new ArrayList<>(points.keySet()), new ArrayList<>(points.values()));
          if (name.endsWith("bf16")) {
            series.setLineStyle(DASHED);
          }
        });
    return chart;
  }

  /** Whole powers of ten, which are what a logarithmic axis labels. */
  private static void setDecades(XYChart chart, Map<String, Map<Integer, Double>> curves) {
    double least = Double.POSITIVE_INFINITY;
    double most = 1;
    for (Map<Integer, Double> curve : curves.values()) {
      for (double speed : curve.values()) {
        least = Math.min(least, speed);
        most = Math.max(most, speed);
      }
    }
    chart.getStyler().setYAxisMin(Math.pow(10, Math.floor(Math.log10(least))));
    chart.getStyler().setYAxisMax(Math.pow(10, Math.ceil(Math.log10(most))));
  }

  /** By library and precision: the best speed at each size. */
  private static Map<String, Map<Integer, Double>> curves(String axis, List<List<String>> rows) {
    Map<String, Map<Integer, Double>> curves = new LinkedHashMap<>();
    for (List<String> row : rows) {
      if (row.get(1).equals(axis)) {
        curves
            .computeIfAbsent(row.get(LIBRARY) + " " + row.get(PRECISION), _ -> new TreeMap<>())
            .merge(Integer.valueOf(row.get(SIZE)), Double.valueOf(row.get(SPEED)), Math::max);
      }
    }
    return curves;
  }
}
