#include "temp_space.h"

#include <algorithm>
#include <cstring>
#include <string>

#include "core.h"

namespace cudnn_double {
namespace {

constexpr std::uint64_t kMagic = 0x7265736572766521;  // "reserve!"
constexpr std::size_t kHeaderBytes = 256;

// What a call wants whatever the shape, for training or not: more than all else of a small network.
// cuDNN 9.14 on an H100 takes 16 MiB.
constexpr std::size_t kFixedWorkspace = 1 << 20;

struct Header {
  std::uint64_t magic;
  std::uint64_t stage;
  std::uint64_t shape[6];
  Inputs inputs;
  std::uint64_t payload;
};
static_assert(sizeof(Header) <= kHeaderBytes, "the header fits into its place");

std::size_t scale_count(const LstmShape& s, bool dropout) {
  return dropout ? (s.layers - 1) * s.rows() * s.hidden : 0;
}

// Gates (4), cells and outputs of every unit, then the dropout factors.
std::size_t payload_bytes(const LstmShape& s, bool dropout) {
  return (6 * s.layers * s.rows() * s.hidden + scale_count(s, dropout)) * sizeof(double);
}

void fill_shape(const LstmShape& s, numerics::Format format, std::uint64_t* out) {
  const std::uint64_t values[6] = {s.steps,  s.batch,  s.input,
                                   s.hidden, s.layers, static_cast<std::uint64_t>(format)};
  std::memcpy(out, values, sizeof values);
}

}  // namespace

std::size_t workspace_bytes(const LstmShape& s, bool training, bool dropout) {
  const std::size_t gates = 4 * s.rows() * s.hidden * sizeof(float);
  return kFixedWorkspace + (training ? 2 : 1) * gates + scale_count(s, dropout && training);
}

std::size_t reserve_bytes(const LstmShape& s, bool dropout) {
  return kHeaderBytes + payload_bytes(s, dropout);
}

std::uint64_t fingerprint(const void* bytes, std::size_t size) {
  if (bytes == nullptr) {
    return 0;
  }
  const auto* from = static_cast<const unsigned char*>(bytes);
  std::uint64_t hash = 0xcbf29ce484222325;
  for (std::size_t at = 0; at < size; at += sizeof(std::uint64_t)) {
    std::uint64_t word = 0;
    std::memcpy(&word, from + at, std::min(sizeof word, size - at));
    hash = (hash ^ word) * 0x9e3779b97f4a7c15;
    hash ^= hash >> 29;
  }
  return hash | 1;
}

void Reserve::write(Stage stage, const Inputs& inputs, const Activations& kept) {
  auto* payload = static_cast<char*>(space_) + kHeaderBytes;
  char* to = payload;
  for (const auto* part : {&kept.gates, &kept.cells, &kept.outputs, &kept.scales}) {
    std::memcpy(to, part->data(), part->size() * sizeof(double));
    to += part->size() * sizeof(double);
  }
  Header header{};
  header.magic = kMagic;
  header.stage = static_cast<std::uint64_t>(stage);
  fill_shape(shape_, format_, header.shape);
  header.inputs = inputs;
  header.payload = fingerprint(payload, payload_bytes(shape_, dropout_));
  std::memcpy(space_, &header, sizeof header);
}

bool Reserve::read(Stage stage, const char* who, Inputs& inputs, Activations& kept) const {
  const auto refuse = [who](const char* why) {
    dbl::violation(std::string(who) + ": the reserve space " + why);
    return false;
  };
  Header header;
  std::memcpy(&header, space_, sizeof header);
  Header expected{};
  fill_shape(shape_, format_, expected.shape);
  if (header.magic != kMagic) {
    return refuse("holds no forward pass in training mode");
  }
  if (std::memcmp(header.shape, expected.shape, sizeof expected.shape) != 0) {
    return refuse("holds a forward pass of another shape");
  }
  if (header.stage != static_cast<std::uint64_t>(stage)) {
    return refuse(stage == Stage::kForward ? "has been through the data gradients already"
                                           : "has not been through the data gradients");
  }
  const char* payload = static_cast<const char*>(space_) + kHeaderBytes;
  if (header.payload != fingerprint(payload, payload_bytes(shape_, dropout_))) {
    return refuse("was overwritten since cuDNN wrote it");
  }
  const std::size_t units = shape_.layers * shape_.rows() * shape_.hidden;
  const auto take = [&payload](std::vector<double>& part, std::size_t count) {
    part.resize(count);
    std::memcpy(part.data(), payload, count * sizeof(double));
    payload += count * sizeof(double);
  };
  take(kept.gates, 4 * units);
  take(kept.cells, units);
  take(kept.outputs, units);
  take(kept.scales, scale_count(shape_, dropout_));
  inputs = header.inputs;
  return true;
}

}  // namespace cudnn_double
