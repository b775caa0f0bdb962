/** Text to tokens: corpus sources, vocabularies, splits and batches. Needs the JDK only. */
module io.charlstm.data {
  requires java.net.http;

  exports io.charlstm.data;
}
