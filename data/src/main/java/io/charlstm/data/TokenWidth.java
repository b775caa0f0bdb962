package io.charlstm.data;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** How wide a stored token id is; little-endian whatever the machine. */
enum TokenWidth {
  UINT8(1),
  UINT16(2),
  INT32(4);

  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  final int bytes;

  TokenWidth(int bytes) {
    this.bytes = bytes;
  }

  /** The narrowest width for ids below a vocabulary size. */
  static TokenWidth of(int vocabularySize) {
    if (vocabularySize <= 1 << 8) {
      return UINT8;
    }
    return vocabularySize <= 1 << 16 ? UINT16 : INT32;
  }

  int get(MemorySegment tokens, long index) {
    return switch (this) {
      case UINT8 -> Byte.toUnsignedInt(tokens.get(ValueLayout.JAVA_BYTE, index));
      case UINT16 -> Short.toUnsignedInt(tokens.get(SHORT, 2 * index));
      case INT32 -> tokens.get(INT, 4 * index);
    };
  }

  // On arrays: a corpus is read as a process starts, while loops are interpreted, and then the
  // accessors of a segment take many times as long.

  /** Writes the first ids to the start of an array. */
  void pack(int[] ids, int count, byte[] tokens) {
    switch (this) {
      case UINT8 -> {
        for (int i = 0; i < count; i++) {
          tokens[i] = (byte) ids[i];
        }
      }
      case UINT16 -> {
        for (int i = 0; i < count; i++) {
          tokens[2 * i] = (byte) ids[i];
          tokens[2 * i + 1] = (byte) (ids[i] >> 8);
        }
      }
      case INT32 ->
          ByteBuffer.wrap(tokens).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().put(ids, 0, count);
    }
  }

  /** Reads the first ids from the start of an array. */
  void unpack(byte[] tokens, int count, int[] ids) {
    switch (this) {
      case UINT8 -> {
        for (int i = 0; i < count; i++) {
          ids[i] = tokens[i] & 0xff;
        }
      }
      case UINT16 -> {
        for (int i = 0; i < count; i++) {
          ids[i] = (tokens[2 * i] & 0xff) | (tokens[2 * i + 1] & 0xff) << 8;
        }
      }
      case INT32 ->
          ByteBuffer.wrap(tokens).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(ids, 0, count);
    }
  }

  /** Widens ids to int32, {@code stride} elements apart. */
  void copy(MemorySegment tokens, long index, MemorySegment ints, long at, int count, long stride) {
    switch (this) {
      case UINT8 -> {
        for (int i = 0; i < count; i++) {
          int id = Byte.toUnsignedInt(tokens.get(ValueLayout.JAVA_BYTE, index + i));
          ints.setAtIndex(ValueLayout.JAVA_INT, at + i * stride, id);
        }
      }
      case UINT16 -> {
        for (int i = 0; i < count; i++) {
          int id = Short.toUnsignedInt(tokens.get(SHORT, 2 * (index + i)));
          ints.setAtIndex(ValueLayout.JAVA_INT, at + i * stride, id);
        }
      }
      case INT32 -> {
        for (int i = 0; i < count; i++) {
          ints.setAtIndex(ValueLayout.JAVA_INT, at + i * stride, tokens.get(INT, 4 * (index + i)));
        }
      }
    }
  }
}
