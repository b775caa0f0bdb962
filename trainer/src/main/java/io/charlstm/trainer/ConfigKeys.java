package io.charlstm.trainer;

import static io.charlstm.trainer.ConfigRange.above;
import static io.charlstm.trainer.ConfigRange.atLeast;
import static io.charlstm.trainer.ConfigRange.between;
import static io.charlstm.trainer.ConfigRange.fraction;

import io.charlstm.runtime.BackendOptions;
import io.charlstm.trainer.ConfigKey.Kind;
import java.util.ArrayList;
import java.util.List;

/** The table of all configuration keys, in the order in which files list them. */
final class ConfigKeys {
  private static final ConfigRange SIZE = between(1, Integer.MAX_VALUE);
  // The widest layer that model files may have, see NetworkKeys of the sampler.
  private static final int MAX_WIDTH = 1 << 16;
  private static final ConfigRange COUNT = between(0, Integer.MAX_VALUE);
  // 2^53: the largest step count that a double, and so JSON, holds exactly.
  private static final ConfigRange STEPS = between(0, 0x1p53);

  static final List<ConfigKey> ALL = new ConfigKeys().build();

  private final List<ConfigKey> keys = new ArrayList<>();
  private String group = "";
  private boolean resumable;

  private ConfigKeys() {}

  private List<ConfigKey> build() {
    text();
    network();
    optimizer();
    schedule();
    run();
    return List.copyOf(keys);
  }

  private void text() {
    group("Text", false);
    choice("token_mode", "what a token is", "chars", "bytes");
    choice("on_invalid", "what to do with invalid UTF-8", "error", "replace", "skip");
    choice(
        "on_unseen",
        "what to do with characters a model does not know",
        "error",
        "replace",
        "skip");
    flag("normalize_newlines", true, "read CRLF and CR as LF");
    text("clean", "", "cleaners that the text runs through, see data clean --list");
    text("extra_symbol", "", "a character added to the vocabulary; ends and pads lines");
    text("split", "90,5,5", "shares of train, validation and test, by position");
    choice("split_by", "whether the text or each lane is split", "text", "lanes");
    choice("batching", "how text is cut into windows", "lanes", "lines", "shuffled");
    integer("seq_length", 100, SIZE, "T: window of truncated backpropagation, in tokens");
    integer("batch_size", 32, SIZE, "B: parallel lanes of text, lines or sequences");
  }

  private void network() {
    group("Network", false);
    integer(
        "embedding_size",
        0,
        between(0, MAX_WIDTH),
        "E: width of the learned embedding; 0 = one-hot input");
    integer("hidden_size", 256, between(1, MAX_WIDTH), "H: LSTM units a layer");
    integer("num_layers", 2, between(1, 256), "L: LSTM layers");
    flag("tied_embedding", false, "output weights = embedding weights; needs E = H");
    decimal("dropout", 0, fraction(), "dropout between LSTM layers");
    decimal("input_dropout", 0, fraction(), "dropout on the embedded input");
    decimal("output_dropout", 0, fraction(), "dropout before the output projection");
    choice("dropout_kind", "masks: of each step, or one a window", "step", "variational");
    decimal("weight_dropout", 0, fraction(), "share of recurrent weights dropped in a window");
    decimal("forget_bias", 0, between(-100, 100), "added to the forget gates' bias at the start");
    choice(
        "initializer", "initial weights", "uniform", "xavier_uniform", "xavier_normal", "normal");
    decimal("init_scale", 0, atLeast(0), "bound or deviation of the initializer; 0 = its own");
    choice("init_fan", "xavier: the width it goes by", "avg", "in", "out");
    decimal("init_magnitude", 0, atLeast(0), "xavier: MXNet's magnitude; replaces init_scale");
    decimal("output_init", 0, atLeast(0), "normal deviation of the output weights; 0 = as others");
  }

  private void optimizer() {
    group("Optimizer", false);
    choice("optimizer", "update rule", "adam", "adamw", "sgd", "rmsprop", "adadelta");
    decimal("learning_rate", 1e-3, above(0), "step size before any schedule");
    decimal("beta1", 0.9, fraction(), "adam, adamw: decay of the mean gradient");
    decimal("beta2", 0.999, fraction(), "adam, adamw: decay of the mean squared gradient");
    decimal("epsilon", 1e-8, above(0), "added to the denominator of adam, rmsprop, adadelta");
    decimal("momentum", 0, fraction(), "sgd, rmsprop: momentum");
    decimal("decay_rate", 0.9, fraction(), "rmsprop alpha, adadelta rho");
    decimal("weight_decay", 0, atLeast(0), "L2 penalty; decoupled for adamw");
    decimal("clip_norm", 5, atLeast(0), "bound on the global gradient norm; 0 = none");
    decimal("clip_value", 0, atLeast(0), "bound on each gradient element; 0 = none");
    choice("averaging", "weights that are evaluated and saved", "none", "ema");
    decimal("averaging_decay", 0.999, fraction(), "ema: decay of the average, with warm-up");
    choice("loss_reduction", "loss of a window", "mean", "per_lane", "sum");
    decimal("gradient_rescale", 1, above(0), "factor on the gradients, before they are clipped");
    integer("gradient_accumulation", 1, between(1, 1e6), "windows an update");
  }

  private void schedule() {
    group("Learning-rate schedule", false);
    choice(
        "schedule", "course of the rate", "constant", "step", "exponential", "cosine", "plateau");
    integer("warmup_steps", 0, STEPS, "steps over which the rate rises linearly from 0");
    decimal("decay_factor", 0.5, between(1e-9, 1), "step, exponential, plateau: factor a decay");
    integer("decay_every", 0, STEPS, "step, exponential: steps between decays; 0 = an epoch");
    integer("decay_after", 0, STEPS, "step, exponential: intervals before the decays begin");
    decimal("min_learning_rate", 0, atLeast(0), "the rate never decays below this");
    integer("plateau_patience", 2, COUNT, "plateau: evaluations without improvement endured");
  }

  private void run() {
    group("Run", true);
    integer("steps", 0, STEPS, "end after so many updates; 0 = no limit");
    integer("epochs", 0, STEPS, "end after so many passes over the training part; 0 = no limit");
    decimal("seconds", 0, between(0, 1e9), "end after so much time; 0 = no limit");
    integer("eval_every", 0, STEPS, "steps between evaluations; 0 = automatic");
    integer("eval_epochs", 0, STEPS, "epochs between evaluations, instead of eval_every");
    integer("probe_window", 0, STEPS, "training window, from 1, scored at evaluations; 0 = none");
    integer("log_every", 0, STEPS, "steps between lines in the log of steps; 0 = none");
    flag("epoch_checkpoints", false, "keep a checkpoint of every epoch");
    integer("checkpoint_every", 0, STEPS, "steps between checkpoints; 0 = automatic");
    integer("valid_lanes", 16, between(1, 1e6), "parallel lanes of evaluations while training");
    integer("early_stopping_patience", 0, COUNT, "evaluations without improvement; 0 = off");
    choice("on_nonfinite", "what to do when the loss is NaN or infinite", "stop", "skip");
    integer("sample_length", 200, between(0, 1e6), "characters shown at evaluations; 0 = none");
    text("sample_prompt", "", "text that samples go on from; empty = a line break");
    resumable = false;
    integer("seed", 1, between(Long.MIN_VALUE, Long.MAX_VALUE), "seed of every random number");
    resumable = true;
    choice("device", "where to compute", "auto", "cpu", "cuda", "cuda:N", "reference");
    integer("threads", 0, between(0, 4096), "computing threads; 0 = all cores");
    words(
        "precision", "arithmetic of training; tf32 and fp16 need a GPU", BackendOptions.PRECISIONS);
    words("rnn_algorithm", "GPU: cuDNN's LSTM; auto = measured", BackendOptions.RNN_ALGORITHMS);
    flag("graph", true, "GPU: replay training steps as CUDA graphs");
  }

  private void group(String heading, boolean mayChange) {
    group = heading;
    resumable = mayChange;
  }

  private void integer(String name, long value, ConfigRange range, String description) {
    add(name, Kind.INTEGER, value, range, List.of(), description);
  }

  private void decimal(String name, double value, ConfigRange range, String description) {
    add(name, Kind.DECIMAL, value, range, List.of(), description);
  }

  private void flag(String name, boolean value, String description) {
    add(name, Kind.FLAG, value, null, List.of(), description);
  }

  private void text(String name, String value, String description) {
    add(name, Kind.TEXT, value, null, List.of(), description);
  }

  private void choice(String name, String description, String... choices) {
    words(name, description, List.of(choices));
  }

  /** A choice whose first word is the default. */
  private void words(String name, String description, List<String> choices) {
    add(name, Kind.CHOICE, choices.getFirst(), null, choices, description);
  }

  private void add(
      String name,
      Kind kind,
      Object value,
      ConfigRange range,
      List<String> choices,
      String description) {
    keys.add(new ConfigKey(name, group, kind, value, range, choices, resumable, description));
  }
}
