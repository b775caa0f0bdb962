package io.charlstm.trainer.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.charlstm.runtime.NetworkConfig;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** Drawings are well-formed and show what they should. */
class DrawingsTest {

  private static Document parse(String svg) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    return factory.newDocumentBuilder().parse(new InputSource(new StringReader(svg)));
  }

  private static List<String> texts(Element parent, String tag) {
    NodeList nodes = parent.getElementsByTagName(tag);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      texts.add(nodes.item(i).getTextContent());
    }
    return texts;
  }

  /** Each box with its texts, from top to bottom, and the shapes on the arrows. */
  @Test
  void theNetworkIsDrawnLayerByLayer() throws Exception {
    NetworkConfig network = new NetworkConfig(65, 64, 96, 3, false, 0.2, 0, 0.1);
    Element svg = parse(NetworkDrawing.svg(network, "R & <3>")).getDocumentElement();

    List<List<String>> boxes = new ArrayList<>();
    NodeList layers = svg.getElementsByTagName("g");
    double bottom = 0;
    for (int i = 0; i < layers.getLength(); i++) {
      Element layer = (Element) layers.item(i);
      Element box = (Element) layer.getElementsByTagName("rect").item(0);
      double y = Double.parseDouble(box.getAttribute("y"));
      assertThat(y).as("boxes do not overlap").isGreaterThan(bottom);
      bottom = y + Double.parseDouble(box.getAttribute("height"));
      boxes.add(texts(layer, "text"));
    }
    String state = "h, c: (B,H)";
    String next = "to the next step";
    assertThat(boxes)
        .containsExactly(
            List.of("characters"),
            List.of("embedding, E = 64", "65 × 64 = 4,160 parameters"),
            List.of("LSTM 1, H = 96", "4·96 × (64 + 96 + 2) = 62,208", state, next),
            List.of("dropout 0.2"),
            List.of("LSTM 2, H = 96", "4·96 × (96 + 96 + 2) = 74,496", state, next),
            List.of("dropout 0.2"),
            List.of("LSTM 3, H = 96", "4·96 × (96 + 96 + 2) = 74,496", state, next),
            List.of("dropout 0.1"),
            List.of("output projection, V = 65", "65 × (96 + 1) = 6,305 parameters"),
            List.of("softmax and cross-entropy"));
    assertThat(4_160 + 62_208 + 2 * 74_496 + 6_305).isEqualTo(network.parameterCount());
    assertThat(texts(svg, "text"))
        .contains("R & <3>", "221,665 parameters", "(T,B)", "(T,B,E)", "(T,B,H)", "(T·B,V)");
    assertThat(Double.parseDouble(svg.getAttribute("height"))).isGreaterThan(bottom);
  }

  @Test
  void oneHotAndTiedNetworksAreSaidToBeSo() throws Exception {
    String oneHot = NetworkDrawing.svg(NetworkConfig.of(65, 0, 128, 2), "flux");
    assertThat(texts(parse(oneHot).getDocumentElement(), "text"))
        .contains("one-hot, V = 65", "no parameters", "4·128 × (65 + 128 + 2) = 99,840");
    NetworkConfig tied = new NetworkConfig(65, 32, 32, 1, true, 0, 0.25, 0);
    assertThat(texts(parse(NetworkDrawing.svg(tied, "tied")).getDocumentElement(), "text"))
        .contains("weights of the embedding, and 65 biases", "dropout 0.25");
  }

  @Test
  void curvesLieWithinTheirAxes() throws Exception {
    Curve train = new Curve("training", "#123456");
    Curve valid = new Curve("validation", "#654321");
    for (int step = 10; step <= 200; step += 10) {
      train.add(step, 4.0 - step / 70.0);
      valid.add(step, 4.1 - step / 90.0);
    }
    String text = CurveDrawing.svg(List.of(train, valid, new Curve("none", "#0")), "steps", "nats");
    Element svg = parse(text).getDocumentElement();
    assertThat(texts(svg, "text"))
        .contains("training", "validation", "steps", "nats", "0", "50", "200", "1.0", "4.0")
        .doesNotContain("none");
    NodeList lines = svg.getElementsByTagName("polyline");
    assertThat(lines.getLength()).isEqualTo(2);
    double last = Double.POSITIVE_INFINITY;
    String[] points = ((Element) lines.item(0)).getAttribute("points").split(" ", -1);
    assertThat(points).hasSize(20);
    for (String point : points) {
      String[] xy = point.split(",", -1);
      assertThat(Double.parseDouble(xy[0])).isBetween(62.0, 742.0);
      assertThat(Double.parseDouble(xy[1])).isBetween(34.0, 286.0);
      last = Double.parseDouble(xy[1]);
    }
    assertThat(last).as("a lower loss is lower down").isGreaterThan(200);
  }

  @Test
  void ticksAreRoundNumbers() {
    assertThat(CurveDrawing.tick(6)).isEqualTo(1);
    assertThat(CurveDrawing.tick(6.1)).isEqualTo(2);
    assertThat(CurveDrawing.tick(1000)).isEqualTo(200);
    assertThat(CurveDrawing.tick(0.2)).isEqualTo(0.05);
    assertThat(CurveDrawing.tick(0)).isEqualTo(1);
  }

  @Test
  void aSinglePointIsDrawn() throws Exception {
    Curve curve = new Curve("training", "#123456");
    curve.add(0, 2.5);
    parse(CurveDrawing.svg(List.of(curve), "steps", "nats"));
  }

  @Test
  void textIsEscapedAndElementsAreClosed() {
    Markup markup =
        new Markup().open("a", "b", "<\"&>").text("x < y & \u0000\u0085 \uFFFE").close();
    assertThat(markup)
        .hasToString("<a b=\"&lt;&quot;&amp;&gt;\">x &lt; y &amp; \uFFFD\uFFFD \uFFFD</a>\n");
    assertThatThrownBy(() -> new Markup().open("a").toString())
        .isInstanceOf(IllegalStateException.class);
  }
}
