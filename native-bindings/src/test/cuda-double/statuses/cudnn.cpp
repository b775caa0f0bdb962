// cuDNN's descriptors over ranges of values around the valid ones, and calls without a handle.
#include <algorithm>
#include <cmath>
#include <iterator>
#include <vector>

#include "../cudnn/shim/api.h"
#include "library.h"

using namespace cudnn_double;

namespace statuses {
namespace {

struct Cudnn {
  Library graph;
  Library ops;
  Library adv;
  Library shim;

  // In the order of their dependencies, so that none is looked for elsewhere.
  explicit Cudnn(const std::string& folder)
      : graph(folder + "/libcudnn_graph.so.9"),
        ops(folder + "/libcudnn_ops.so.9"),
        adv(folder + "/libcudnn_adv.so.9"),
        shim(folder + "/libcudnn.so.9") {}

  void print(const std::string& what, int status) const {
    std::printf("%s: %d %s\n", what.c_str(), status, FROM(shim, cudnnGetErrorString)(status));
  }
};

std::string named(const char* name, int value, int algorithm) {
  return std::string(name) + " " + std::to_string(value) + " algorithm " + std::to_string(algorithm);
}

// Arguments of cudnnSetRNNDescriptor_v8 from the algorithm to the number of layers, and the flags.
constexpr int kArguments = 13;
constexpr const char* kNames[kArguments] = {"algorithm",  "cell",      "bias",   "direction", "input",
                                            "type",       "precision", "math",   "inputSize", "hidden",
                                            "projection", "layers",    "flags"};
constexpr int kValid[kArguments] = {0, 2, 2, 0, 0, 0, 0, 0, 8, 16, 16, 2, 0};

class RnnPrinter {
 public:
  explicit RnnPrinter(const Cudnn& library) : library_(library) {
    library.print("create RNN", FROM(library.shim, cudnnCreateRNNDescriptor)(&descriptor_));
  }
  ~RnnPrinter() { FROM(library_.shim, cudnnDestroyRNNDescriptor)(descriptor_); }
  RnnPrinter(const RnnPrinter&) = delete;
  RnnPrinter& operator=(const RnnPrinter&) = delete;

  void print_all() const {
    for (int argument = 1; argument < kArguments; argument++) {
      for (int algorithm = 0; algorithm < 4; algorithm++) {
        for (int value = -1; value <= 18; value++) {
          print(argument, value, algorithm);
        }
      }
    }
    for (int algorithm = -1; algorithm <= 4; algorithm++) {
      print(1, kLstm, algorithm);
    }
    print_types();
    print_clip();
  }

 private:
  void set(const std::string& what, const int* v) const {
    library_.print(what, FROM(library_.shim, cudnnSetRNNDescriptor_v8)(
                             descriptor_, v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8], v[9],
                             v[10], v[11], nullptr, static_cast<std::uint32_t>(v[12])));
  }

  void print(int argument, int value, int algorithm) const {
    int values[kArguments];
    std::copy(std::begin(kValid), std::end(kValid), values);
    values[0] = algorithm;
    values[argument] = value;
    set(named(kNames[argument], value, algorithm), values);
  }

  void print_types() const {
    for (int algorithm = 0; algorithm < 4; algorithm++) {
      for (int type = 0; type <= 10; type++) {
        for (int precision = 0; precision <= 10; precision++) {
          int values[kArguments];
          std::copy(std::begin(kValid), std::end(kValid), values);
          values[0] = algorithm;
          values[5] = type;
          values[6] = precision;
          set(named("type", type, algorithm) + " precision " + std::to_string(precision), values);
        }
      }
    }
  }

  void print_clip() const {
    const auto clip = FROM(library_.shim, cudnnRNNSetClip_v9);
    library_.print("clip", clip(descriptor_, 1, -1, 1));
    library_.print("clip mode 2", clip(descriptor_, 2, -1, 1));
    library_.print("clip empty", clip(descriptor_, 1, 2, 1));
    library_.print("clip NaN", clip(descriptor_, 0, std::nan(""), 1));
    library_.print("clip nothing", clip(nullptr, 1, -1, 1));
  }

  const Cudnn& library_;
  cudnnRNNDescriptor_t descriptor_ = nullptr;
};

void print_data(const Cudnn& library) {
  cudnnRNNDataDescriptor_t descriptor = nullptr;
  library.print("create data", FROM(library.shim, cudnnCreateRNNDataDescriptor)(&descriptor));
  const auto set = [&](const std::string& what, int type, int layout, int longest, int vector,
                       const std::vector<int>& lengths) {
    library.print(what + " layout " + std::to_string(layout),
                  FROM(library.shim, cudnnSetRNNDataDescriptor)(
                      descriptor, type, layout, longest, static_cast<int>(lengths.size()), vector,
                      lengths.data(), nullptr));
  };
  for (int layout = -1; layout <= 3; layout++) {
    for (int type = -1; type <= 10; type++) {
      set("data type " + std::to_string(type), type, layout, 5, 7, {5, 5, 3, 1});
    }
    const std::vector<int> cases[] = {{5, 0, 3, 1}, {5, -1, 3, 1}, {6, 5, 3, 1}, {4, 4, 3, 1},
                                      {3, 5, 3, 1}, {5, 5, 3, 0},  {0, 0, 0, 0}};
    int number = 0;
    for (const std::vector<int>& lengths : cases) {
      set("lengths " + std::to_string(number++), kFloat, layout, 5, 7, lengths);
    }
    set("no steps", kFloat, layout, 0, 7, {0});
    set("no width", kFloat, layout, 5, 0, {5});
    set("65535 steps", kFloat, layout, 65535, 7, {65535});
    set("65536 steps", kFloat, layout, 65536, 7, {65536});
  }
  library.print("destroy data", FROM(library.shim, cudnnDestroyRNNDataDescriptor)(descriptor));
}

void print_tensors(const Cudnn& library) {
  cudnnTensorDescriptor_t descriptor = nullptr;
  library.print("create tensor", FROM(library.shim, cudnnCreateTensorDescriptor)(&descriptor));
  const auto set = FROM(library.shim, cudnnSetTensorNdDescriptor);
  const int dims[9] = {2, 3, 4, 5, 6, 7, 8, 9, 10};
  const int strides[9] = {12, 4, 1, 1, 1, 1, 1, 1, 1};
  for (int count = -1; count <= 9; count++) {
    library.print("dimensions " + std::to_string(count), set(descriptor, 0, count, dims, strides));
  }
  for (int type = -1; type <= 16; type++) {
    library.print("tensor type " + std::to_string(type), set(descriptor, type, 3, dims, strides));
  }
  const int empty[3] = {2, 0, 4};
  const int flat[3] = {12, 0, 1};
  library.print("empty tensor", set(descriptor, 0, 3, empty, strides));
  library.print("stride 0", set(descriptor, 0, 3, dims, flat));
  library.print("destroy tensor", FROM(library.shim, cudnnDestroyTensorDescriptor)(descriptor));
}

void print_without_handle(const Cudnn& library) {
  std::size_t bytes = 0;
  library.print("weight space", FROM(library.shim, cudnnGetRNNWeightSpaceSize)(nullptr, nullptr, &bytes));
  library.print("temp spaces", FROM(library.shim, cudnnGetRNNTempSpaceSizes)(nullptr, nullptr, 0, nullptr,
                                                                             &bytes, &bytes));
  library.print("dynamic plan", FROM(library.shim, cudnnBuildRNNDynamic)(nullptr, nullptr, 4));
  library.print("states size", FROM(library.shim, cudnnDropoutGetStatesSize)(nullptr, &bytes));
  library.print("create", FROM(library.shim, cudnnCreate)(nullptr));
  library.print("destroy", FROM(library.shim, cudnnDestroy)(nullptr));
  library.print("set stream", FROM(library.shim, cudnnSetStream)(nullptr, nullptr));
  for (const int status : {0, 1001, 1002, 2000, 3000, 4000, 5000, 5003, 77}) {
    library.print("status", status);
  }
}

}  // namespace

void print_cudnn(const std::string& folder) {
  const Cudnn library(folder);
  std::printf("version %zu\n", FROM(library.graph, cudnnGetVersion)());
  RnnPrinter(library).print_all();
  print_data(library);
  print_tensors(library);
  print_without_handle(library);
}

}  // namespace statuses
