package io.charlstm.bench.report;

import io.charlstm.bench.peers.SpeedSweep;
import java.awt.BasicStroke;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
    VectorGraphicsEncoder.saveVectorGraphic(
        chart, folder.resolve(name).toString(), VectorGraphicsFormat.SVG);
  }

  private static XYChart chart(String axis, String title, List<List<String>> rows) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title("Training, characters a second")
            .xAxisTitle(title)
            .yAxisTitle("characters a second")
            .build();
    chart.getStyler().setXAxisLogarithmic(true).setYAxisLogarithmic(true);
    chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
    curves(axis, rows)
        .forEach(
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
