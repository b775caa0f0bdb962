package io.charlstm.data;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes the text of a source as a corpus would hold it: decoded and cleaned. */
public final class CleanText implements DocumentVisitor {
  private static final int CHUNK_BYTES = 1 << 16;

  private final Tokenizer tokenizer;
  private final Writer writer;
  private final byte[] chunk = new byte[CHUNK_BYTES];
  private final SymbolBlock block = new SymbolBlock(CHUNK_BYTES + 2);
  private long characters;

  private CleanText(CorpusOptions options, Writer writer) {
    tokenizer = Tokenizer.of(TokenMode.CHARS, options);
    this.writer = writer;
  }

  /**
   * Writes a new UTF-8 file; nothing is left of it when that fails.
   *
   * @return characters written
   * @throws CorpusException when the source cannot be read or is invalid
   * @throws IOException when the file exists or cannot be written
   */
  public static long write(CorpusSource source, CorpusOptions options, Path file)
      throws IOException {
    try (BufferedWriter writer =
        Files.newBufferedWriter(file, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW)) {
      return write(source, options, writer);
    } catch (CorpusException | UncheckedIOException e) {
      Files.deleteIfExists(file);
      throw e;
    }
  }

  /** As {@link #write(CorpusSource, CorpusOptions, Path)}, to a writer that stays open. */
  public static long write(CorpusSource source, CorpusOptions options, Writer writer)
      throws IOException {
    CleanText visitor = new CleanText(options, writer);
    SourceReader.read(source, visitor);
    writer.flush();
    return visitor.characters;
  }

  @Override
  public void visit(String name, InputStream bytes, boolean mayBeBinary) throws IOException {
    tokenizer.begin(name);
    int length = bytes.readNBytes(chunk, 0, CHUNK_BYTES);
    while (length > 0) {
      tokenizer.decode(chunk, length, block);
      write();
      length = bytes.readNBytes(chunk, 0, CHUNK_BYTES);
    }
    tokenizer.end(block);
    write();
  }

  private void write() {
    try {
      for (int i = 0; i < block.count; i++) {
        writer.write(Character.toString(block.symbols[i]));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the cleaned text cannot be written", e);
    }
    characters += block.count;
  }
}
