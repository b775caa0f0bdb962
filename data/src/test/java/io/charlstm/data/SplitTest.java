package io.charlstm.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SplitTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "90,5,5; 1115394; 1003854; 55770; 55770",
        "90,10,0; 1115394; 1003854; 111540; 0",
        "100,0,0; 17; 17; 0; 0",
        "0,0,100; 17; 0; 0; 17",
        "33.3,33.3,33.4; 1000; 333; 333; 334",
        "0.1, 0.2, 99.7; 1000; 1; 2; 997",
        "90,5,5; 0; 0; 0; 0",
        "90,5,5; 1; 0; 0; 1",
        // 90 percent of this length is no double
        "90,5,5; 9007199254740993; 8106479329266893; 450359962737050; 450359962737050",
      })
  void partsFollowOneAnotherAndAreExact(String text, long size, long train, long valid, long test) {
    Split.Parts parts = Split.parse(text).parts(new Numbers(size));
    assertThat(parts.train().size()).isEqualTo(train);
    assertThat(parts.valid().size()).isEqualTo(valid);
    assertThat(parts.test().size()).isEqualTo(test);
    if (valid > 0) {
      assertThat(parts.valid().get(0)).isEqualTo(Numbers.at(train));
    }
    if (test > 0) {
      assertThat(parts.test().get(test - 1)).isEqualTo(Numbers.at(size - 1));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "90,5",
        "90,5,5,0",
        "",
        "a,b,c",
        "90;5;5",
        "90,5,4",
        "90,15,-5",
        "NaN,50,50",
        "Infinity,0,0",
        "33.33,33.33,33.33",
        "1e400,0,0",
        "90,,10"
      })
  void anythingElseIsRefusedInOneLine(String text) {
    assertThatThrownBy(() -> Split.parse(text))
        .isInstanceOf(CorpusException.class)
        .hasMessageStartingWith("split ")
        .hasMessageContaining("three percentages")
        .message()
        .doesNotContain("\n");
  }

  @Test
  void itsTextCanBeParsed() {
    assertThat(Split.DEFAULT).hasToString("90,5,5");
    assertThat(Split.parse("99.5, 0.25,0.25")).hasToString("99.5,0.25,0.25");
    assertThat(Split.parse(Split.DEFAULT.toString())).isEqualTo(Split.DEFAULT);
  }
}
