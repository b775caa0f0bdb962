package io.charlstm.trainer.recipe;

import io.charlstm.runtime.NetworkConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A network as an SVG picture: its layers from the text in to the next character out, with the
 * shapes between them and the parameters of each. B is the batch size and T the sequence length.
 */
public final class NetworkDrawing {
  private static final double WIDTH = 660;
  private static final double BOX_X = 150;
  private static final double BOX_WIDTH = 360;
  private static final double BOX_HEIGHT = 62;
  private static final double SMALL_HEIGHT = 30;
  private static final double GAP = 34;
  private static final double TOP = 64;

  private static final String STYLE =
      "text{font-family:system-ui,'DejaVu Sans',sans-serif;font-size:13px;fill:#1f2933}"
          + ".title{font-size:17px;font-weight:600}.name{font-size:14px;font-weight:600}"
          + ".fine{font-size:12px;fill:#52606d}.shape{font-size:12px;fill:#52606d;"
          + "font-family:ui-monospace,'DejaVu Sans Mono',monospace}"
          + ".box{stroke-width:1.2}.plain{fill:#f5f7fa;stroke:#9aa5b1}"
          + ".embed{fill:#e3f8e8;stroke:#3f9142}.lstm{fill:#e0ecff;stroke:#2f6fde}"
          + ".drop{fill:#fff8e1;stroke:#c99a2e;stroke-dasharray:5 3}"
          + ".out{fill:#fdeaea;stroke:#c0504d}"
          + ".flow{stroke:#616e7c;stroke-width:1.4;fill:none}.head{fill:#616e7c}";

  /** A box: what is done, how, and the shape that leaves it. */
  private record Layer(String kind, String name, String detail, String shape) {
    double height() {
      return detail.isEmpty() ? SMALL_HEIGHT : BOX_HEIGHT;
    }
  }

  private final NetworkConfig network;
  private final List<Layer> layers = new ArrayList<>();
  private final Markup svg = new Markup();

  private NetworkDrawing(NetworkConfig network) {
    this.network = network;
  }

  /** The picture, a whole SVG document. */
  public static String svg(NetworkConfig network, String title) {
    NetworkDrawing drawing = new NetworkDrawing(network);
    drawing.list();
    drawing.draw(title);
    return drawing.svg.toString();
  }

  private void list() {
    int v = network.vocabularySize();
    int e = network.embeddingSize();
    int h = network.hiddenSize();
    layers.add(new Layer("plain", "characters", "", "(T,B)"));
    if (network.oneHot()) {
      layers.add(new Layer("embed", "one-hot, V = " + v, "no parameters", "(T,B,V)"));
    } else {
      String count = v + " × " + e + " = " + count((long) v * e) + " parameters";
      layers.add(new Layer("embed", "embedding, E = " + e, count, "(T,B,E)"));
    }
    dropout(network.inputDropout(), "(T,B,E)");
    for (int layer = 0; layer < network.numLayers(); layer++) {
      if (layer > 0) {
        dropout(network.dropout(), "(T,B,H)");
      }
      int in = layer > 0 ? h : network.oneHot() ? v : e;
      String count =
          "4·" + h + " × (" + in + " + " + h + " + 2) = " + count(4L * h * (in + h + 2L));
      if (network.dropsWeights()) {
        count += ", weight dropout " + Markup.number(network.weightDropout());
      }
      layers.add(new Layer("lstm", "LSTM " + (layer + 1) + ", H = " + h, count, "(T,B,H)"));
    }
    dropout(network.outputDropout(), "(T,B,H)");
    boolean tied = network.tiedEmbedding();
    String count =
        tied
            ? "weights of the embedding, and " + v + " biases"
            : v + " × (" + h + " + 1) = " + count(v * (h + 1L)) + " parameters";
    layers.add(new Layer("out", "output projection, V = " + v, count, "(T·B,V)"));
    layers.add(new Layer("plain", "softmax and cross-entropy", "", ""));
  }

  private void dropout(double rate, String shape) {
    if (rate > 0) {
      String kind = network.sharesMasks() ? "variational dropout " : "dropout ";
      layers.add(new Layer("drop", kind + Markup.number(rate), "", shape));
    }
  }

  private static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  private void draw(String title) {
    double height = TOP + layers.stream().mapToDouble(layer -> layer.height() + GAP).sum() - 6;
    svg.open(
        "svg",
        "xmlns",
        "http://www.w3.org/2000/svg",
        "width",
        WIDTH,
        "height",
        height,
        "viewBox",
        "0 0 " + Markup.number(WIDTH) + " " + Markup.number(height),
        "role",
        "img");
    svg.element("title", title);
    svg.raw("<style>" + STYLE + "</style>\n");
    svg.empty("rect", "width", WIDTH, "height", height, "fill", "#ffffff");
    svg.element(
        "text", title, "class", "title", "x", WIDTH / 2, "y", 28.0, "text-anchor", "middle");
    String all = count(network.parameterCount()) + " parameters";
    svg.element("text", all, "class", "fine", "x", WIDTH / 2, "y", 48.0, "text-anchor", "middle");
    double y = TOP;
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      box(layer, y);
      if (i + 1 < layers.size()) {
        arrow(layer, y + layer.height());
      }
      y += layer.height() + GAP;
    }
    svg.close();
  }

  private void box(Layer layer, double y) {
    double middle = BOX_X + BOX_WIDTH / 2;
    svg.open("g", "class", "layer");
    svg.empty(
        "rect",
        "class",
        "box " + layer.kind(),
        "x",
        BOX_X,
        "y",
        y,
        "width",
        BOX_WIDTH,
        "height",
        layer.height(),
        "rx",
        7.0);
    double nameY = layer.detail().isEmpty() ? y + 20 : y + 26;
    svg.element(
        "text", layer.name(), "class", "name", "x", middle, "y", nameY, "text-anchor", "middle");
    if (!layer.detail().isEmpty()) {
      svg.element(
          "text",
          layer.detail(),
          "class",
          "fine",
          "x",
          middle,
          "y",
          y + 46,
          "text-anchor",
          "middle");
    }
    if (layer.kind().equals("lstm")) {
      loop(y);
    }
    svg.close();
  }

  /** The state that goes from one time step to the next. */
  private void loop(double y) {
    double x = BOX_X + BOX_WIDTH;
    String path =
        String.format(
            Locale.ROOT, "M%.0f %.0f h34 a8 8 0 0 1 8 8 v18 a8 8 0 0 1 -8 8 h-28", x, y + 14);
    svg.empty("path", "class", "flow", "d", path);
    head(x, y + 48, -1, 0);
    svg.element("text", "h, c: (B,H)", "class", "shape", "x", x + 50, "y", y + 29.0);
    svg.element("text", "to the next step", "class", "fine", "x", x + 50, "y", y + 46.0);
  }

  private void arrow(Layer layer, double y) {
    double x = BOX_X + BOX_WIDTH / 2;
    svg.empty(
        "path",
        "class",
        "flow",
        "d",
        String.format(Locale.ROOT, "M%.0f %.0f v%.0f", x, y, GAP - 6));
    head(x, y + GAP, 0, 1);
    svg.element("text", layer.shape(), "class", "shape", "x", x + 12, "y", y + GAP / 2 + 4);
  }

  /** An arrow head with its point at (x,y). */
  private void head(double x, double y, int dx, int dy) {
    double backX = x - 8.0 * dx;
    double backY = y - 8.0 * dy;
    svg.empty(
        "polygon",
        "class",
        "head",
        "points",
        String.format(
            Locale.ROOT,
            "%.0f,%.0f %.0f,%.0f %.0f,%.0f",
            x,
            y,
            backX + 4 * dy,
            backY + 4 * dx,
            backX - 4 * dy,
            backY - 4 * dx));
  }
}
