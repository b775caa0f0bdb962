package io.charlstm.cli;

import io.charlstm.trainer.TrainingEvent;
import java.io.PrintStream;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressState;

/** The bar at the bottom of a terminal; other lines scroll above it. */
interface ProgressLine extends AutoCloseable {
  int WIDEST_BAR = 40;

  /** Characters of a bar besides itself and the message: share, brackets and blanks. */
  int FRAME_LENGTH = 8;

  /** No bar: for pipes and files. */
  ProgressLine NONE = new NoBar();

  /** A bar on standard error, redrawn a few times a second by a thread of its own. */
  static ProgressLine on(Console console) {
    return new Bar(console.err());
  }

  void show(TrainingEvent.Progress now);

  /** The bar as text: share done, a bar in what room there is, and the message. */
  private static String render(ProgressState state, int maxLength) {
    String message = state.getExtraMessage();
    if (state.isIndefinite()) {
      return message;
    }
    double done = Math.clamp(state.getNormalizedProgress(), 0, 1);
    int width = Math.clamp(maxLength - message.length() - FRAME_LENGTH, 0, WIDEST_BAR);
    int filled = (int) Math.round(done * width);
    return String.format(Locale.ROOT, "%3.0f%% [", 100 * done)
        + "=".repeat(filled)
        + " ".repeat(width - filled)
        + "] "
        + message;
  }

  /** Prints whole lines in place of the bar, which is drawn again below them. */
  void printing(Runnable lines);

  @Override
  void close();

  /** Shows nothing. */
  final class NoBar implements ProgressLine {
    @Override
    public void show(TrainingEvent.Progress now) {}

    @Override
    public void printing(Runnable lines) {
      lines.run();
    }

    @Override
    public void close() {}
  }

  /** A bar in thousandths of the run. */
  final class Bar implements ProgressLine {
    private static final int PARTS = 1000;
    private static final int UPDATE_MILLIS = 250;
    private static final String CLEAR_LINE = "\r\u001b[K";

    private final PrintStream err;
    private final Drawing drawing;
    private ProgressBar bar;

    Bar(PrintStream err) {
      this.err = err;
      this.drawing = new Drawing(err);
    }

    @Override
    public void show(TrainingEvent.Progress now) {
      if (bar == null) {
        bar = create(Double.isNaN(now.fraction()));
      }
      bar.setExtraMessage(message(now));
      if (!Double.isNaN(now.fraction())) {
        bar.stepTo(Math.round(PARTS * now.fraction()));
      }
    }

    private ProgressBar create(boolean endless) {
      return new ProgressBarBuilder()
          .setInitialMax(endless ? -1 : PARTS)
          .setUpdateIntervalMillis(UPDATE_MILLIS)
          .setRenderer(ProgressLine::render)
          .setConsumer(drawing)
          .build();
    }

    private static String message(TrainingEvent.Progress now) {
      var text = new StringBuilder();
      text.append(String.format(Locale.ROOT, "step %d  loss %.4f", now.step(), now.trainLoss()));
      if (!Double.isNaN(now.charsPerSec())) {
        text.append(String.format(Locale.ROOT, "  %,.0f chars/s", now.charsPerSec()));
      }
      if (!Double.isNaN(now.secondsLeft())) {
        text.append("  ").append(left(now.secondsLeft()));
      }
      return text.toString();
    }

    private static String left(double seconds) {
      long whole = Math.round(seconds);
      return whole < 3600
          ? String.format(Locale.ROOT, "%d:%02d left", whole / 60, whole % 60)
          : String.format(Locale.ROOT, "%d h %02d min left", whole / 3600, whole % 3600 / 60);
    }

    @Override
    public void printing(Runnable lines) {
      synchronized (drawing) {
        if (bar != null) {
          err.print(CLEAR_LINE);
          err.flush();
        }
        lines.run();
        drawing.again();
      }
    }

    @Override
    public void close() {
      if (bar != null) {
        bar.close();
        bar = null;
      }
    }
  }

  /** Draws the bar, and keeps it to draw it again. */
  final class Drawing implements ProgressBarConsumer {
    private final ConsoleProgressBarConsumer terminal;
    private String last = "";
    private boolean closed;

    Drawing(PrintStream err) {
      this.terminal = new ConsoleProgressBarConsumer(err);
    }

    @Override
    public int getMaxRenderedLength() {
      return terminal.getMaxRenderedLength();
    }

    @Override
    public synchronized void accept(String rendered) {
      last = rendered;
      terminal.accept(rendered);
    }

    synchronized void again() {
      if (!last.isEmpty() && !closed) {
        terminal.accept(last);
      }
    }

    @Override
    public synchronized void close() {
      closed = true;
      terminal.close();
    }
  }
}
