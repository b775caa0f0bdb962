// Where cudnnGetRNNWeightParams puts matrices and biases.
#include <algorithm>

#include "check.h"
#include "lstm.h"

using namespace cudnn_double;
using namespace mathtest;

namespace {

struct Block {
  std::size_t start;
  std::size_t end;
};

// The blocks of four gates: (layer, input or recurrent, matrix or bias).
std::vector<Block> blocks_of(const Lstm& lstm, std::size_t element) {
  std::vector<Block> result;
  for (int l = 0; l < lstm.sizes.layers; l++) {
    for (const int first : {0, 4}) {
      for (const bool bias : {false, true}) {
        const std::size_t start = lstm.part_offset(l, first, bias);
        const std::size_t size = lstm.part("weights", l, first, bias).size() * element;
        for (int gate = 1; gate < 4; gate++) {
          const auto expected = start + static_cast<std::size_t>(gate) * size;
          EXPECT(lstm.part_offset(l, first + gate, bias) == expected);
        }
        result.push_back({start, start + 4 * size});
      }
    }
  }
  std::sort(result.begin(), result.end(),
            [](const Block& a, const Block& b) { return a.start < b.start; });
  return result;
}

void check_layout(int type, std::size_t element) {
  const Sizes sizes{2, 3, 5, 7, 3};
  Lstm lstm(sizes, type);
  const std::vector<Block> blocks = blocks_of(lstm, element);
  std::size_t end = 0;
  std::size_t used = 0;
  for (const Block& block : blocks) {
    EXPECT(block.start >= end + 64);
    end = block.end;
    used += block.end - block.start;
  }
  EXPECT(lstm.weight_bytes >= end + 64);
  const std::size_t per_layer = 4 * 7 * (7 + 2);
  EXPECT(used == element * (per_layer * 3 + 4 * 7 * (5 + 7 + 7)));
}

}  // namespace

TEST(weight_blocks_have_gaps_between_them) {
  check_layout(kFloat, 4);
  check_layout(kHalf, 2);
  check_layout(kDouble, 8);
}

TEST(weight_blocks_lie_in_an_unexpected_order) {
  Lstm lstm({2, 3, 5, 7, 3});
  EXPECT(lstm.part_offset(2, 0, false) < lstm.part_offset(0, 0, false));
  EXPECT(lstm.part_offset(1, 4, false) < lstm.part_offset(1, 0, false));
  EXPECT(lstm.part_offset(0, 0, true) > lstm.part_offset(0, 0, false));
}

TEST(descriptors_tell_rows_and_columns) {
  Lstm lstm({2, 3, 5, 7, 2});
  const struct {
    int layer, id, columns;
    bool bias;
  } cases[] = {{0, 1, 5, false}, {1, 1, 7, false}, {0, 6, 7, false}, {0, 2, 1, true}, {1, 7, 1, true}};
  for (const auto& c : cases) {
    lstm.part_offset(c.layer, c.id, c.bias);
    int type = -1;
    int dimensions = 0;
    int dims[3];
    int strides[3];
    cudnnGetTensorNdDescriptor(lstm.scratch_descriptor, 3, &type, &dimensions, dims, strides);
    EXPECT(type == kFloat && dimensions == 3);
    EXPECT(dims[0] == 1 && dims[1] == 7 && dims[2] == c.columns);
    EXPECT(strides[0] == 7 * c.columns && strides[1] == c.columns && strides[2] == 1);
  }
}

TEST(only_existing_weights_have_addresses) {
  Lstm l({2, 3, 5, 7, 2});
  void* address;
  const auto ask = [&](int layer, int id, std::size_t bytes, const void* space) {
    return cudnnGetRNNWeightParams(l.handle, l.rnn, layer, bytes, space, id, l.scratch_descriptor,
                                   &address, nullptr, nullptr);
  };
  const void* space = l.at("weights");
  EXPECT_STATUS(0, ask(0, 0, l.weight_bytes, space));
  EXPECT_STATUS(kBadParam, ask(2, 0, l.weight_bytes, space));
  EXPECT_STATUS(kBadParam, ask(-1, 0, l.weight_bytes, space));
  EXPECT_STATUS(kBadParam, ask(0, 8, l.weight_bytes, space));
  EXPECT_STATUS(kBadParam, ask(0, 0, l.weight_bytes - 1, space));
  EXPECT_STATUS(kBadParam, ask(0, 0, l.weight_bytes, nullptr));
}
