package io.charlstm.bindings.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.charlstm.bindings.NativeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusTest {
  @Test
  void successPasses() {
    Status.check("dnnl_anything", 0);
  }

  @ParameterizedTest
  @CsvSource({
    "1,out_of_memory",
    "2,invalid_arguments",
    "3,unimplemented",
    "4,last_impl_reached",
    "5,runtime_error",
    "6,not_required",
    "9,invalid_shape",
    "10,invalid_data_type",
    "99,unknown status"
  })
  void everyFailureIsNamed(int code, String text) {
    assertThatThrownBy(() -> Status.check("dnnl_anything", code))
        .isInstanceOfSatisfying(NativeException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessage("oneDNN: dnnl_anything failed with status " + code + " (" + text + ")");
  }
}
