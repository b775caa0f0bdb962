package io.charlstm.data;

import java.io.IOException;
import java.io.InputStream;

/** Takes the documents of a source, in order. */
@FunctionalInterface
interface DocumentVisitor {
  /**
   * Reads one document to its end.
   *
   * @param name the document's name for messages
   * @param bytes its bytes; the caller closes it
   * @param mayBeBinary whether a binary document is left out rather than refused
   */
  void visit(String name, InputStream bytes, boolean mayBeBinary) throws IOException;
}
