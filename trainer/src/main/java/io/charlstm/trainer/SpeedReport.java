package io.charlstm.trainer;

/**
 * Speed of training or sampling.
 *
 * @param mode {@code train} or {@code sample}
 * @param device as the command line names it
 * @param backend library, version, threads, for people
 * @param streams texts written at once; 0 for training
 * @param charsPerSec median over the windows
 * @param fastest highest of a window; slowest likewise
 * @param stepMillis median time of a training step, or of one character of every stream
 * @param parameters number of trainable values
 * @param windows windows measured
 */
public record SpeedReport(
    String mode,
    String device,
    String backend,
    String precision,
    int threads,
    int streams,
    double charsPerSec,
    double fastest,
    double slowest,
    double stepMillis,
    long parameters,
    int windows) {

  /** One line of JSON, without its line break. */
  public String toJson(String preset, double peakRssMb) {
    return new JsonLine()
        .put("mode", mode)
        .put("preset", preset)
        .put("device", device)
        .put("backend", backend)
        .put("precision", precision)
        .put("threads", threads)
        .put("streams", streams)
        .put("chars_per_sec", charsPerSec)
        .put("chars_per_sec_max", fastest)
        .put("chars_per_sec_min", slowest)
        .put("step_ms", stepMillis)
        .put("peak_rss_mb", peakRssMb)
        .put("parameters", parameters)
        .put("windows", windows)
        .finish();
  }
}
