package io.charlstm.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TokenSequenceTest {

  /** The ids 0, 1, 2 … 199 in every implementation. */
  static List<TokenSequence> sequences() {
    return List.of(
        new Numbers(200),
        new TokenSlice(new Numbers(200), 0, 200),
        stored(TokenWidth.UINT8),
        stored(TokenWidth.UINT16),
        stored(TokenWidth.INT32));
  }

  private static StoredTokens stored(TokenWidth width) {
    byte[] bytes = new byte[200 * width.bytes];
    width.pack(IntStream.range(0, 200).toArray(), 200, bytes);
    return new StoredTokens(MemorySegment.ofArray(bytes), width);
  }

  @ParameterizedTest
  @MethodSource("sequences")
  void tokensAreReadOneByOneInBulkAndInSlices(TokenSequence tokens) {
    assertThat(tokens.size()).isEqualTo(200);
    assertThat(tokens.get(199)).isEqualTo(199);
    TokenSequence slice = tokens.slice(30, 190).slice(5, 100);
    assertThat(slice.size()).isEqualTo(95);
    assertThat(slice.get(0)).isEqualTo(35);
    int[] ints = new int[12];
    slice.copyTo(90, MemorySegment.ofArray(ints), 1, 5, 2);
    assertThat(ints).containsExactly(0, 125, 0, 126, 0, 127, 0, 128, 0, 129, 0, 0);
    tokens.copyTo(3, MemorySegment.ofArray(ints), 9, 3);
    assertThat(ints).endsWith(3, 4, 5);
    tokens.copyTo(200, MemorySegment.ofArray(ints), 0, 0);
    assertThat(tokens.slice(200, 200).size()).isZero();
  }

  @ParameterizedTest
  @MethodSource("sequences")
  void nothingOutsideCanBeRead(TokenSequence tokens) {
    TokenSequence slice = tokens.slice(10, 20);
    MemorySegment ints = MemorySegment.ofArray(new int[30]);
    for (TokenSequence sequence : List.of(tokens, slice)) {
      long size = sequence.size();
      assertThatThrownBy(() -> sequence.get(size)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> sequence.get(-1)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> sequence.copyTo(size - 2, ints, 0, 3))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> sequence.slice(-1, 2)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> sequence.slice(3, 2)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> sequence.slice(0, size + 1))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
    assertThatThrownBy(() -> tokens.copyTo(0, ints, 28, 3))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void theLargestIdsOfEachWidthComeBack() {
    assertThat(roundTrip(TokenWidth.UINT8, 255)).isEqualTo(255);
    assertThat(roundTrip(TokenWidth.UINT16, 65_535)).isEqualTo(65_535);
    assertThat(roundTrip(TokenWidth.INT32, 0x10FFFF)).isEqualTo(0x10FFFF);
    assertThat(TokenWidth.of(256)).isEqualTo(TokenWidth.UINT8);
    assertThat(TokenWidth.of(257)).isEqualTo(TokenWidth.UINT16);
    assertThat(TokenWidth.of(65_536)).isEqualTo(TokenWidth.UINT16);
    assertThat(TokenWidth.of(65_537)).isEqualTo(TokenWidth.INT32);
  }

  private static int roundTrip(TokenWidth width, int id) {
    byte[] bytes = new byte[3 * width.bytes];
    int[] ids = {1, id, 2};
    width.pack(ids, 3, bytes);
    int[] back = new int[3];
    width.unpack(bytes, 3, back);
    assertThat(back).containsExactly(ids);
    return new StoredTokens(MemorySegment.ofArray(bytes), width).get(1);
  }
}
