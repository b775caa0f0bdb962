// What forward and both backward calls have in common: checks at the call, copies of the
// descriptors, memory ranges, and the queued work.
#pragma once

#include <functional>
#include <vector>

#include "descriptors.h"
#include "lstm_math.h"
#include "weight_space.h"

namespace cudnn_double {

LstmShape shape_of(const RnnDescriptor& descriptor, const RnnDataDescriptor& x);

// The descriptors' content at the time of the call.
struct Network {
  cudaStream_t stream;
  LstmShape shape;
  numerics::Format format;
  WeightSpace weights;
  bool drops;
  DropoutDescriptor dropout;

  std::size_t x_count() const { return shape.rows() * shape.input; }
  std::size_t y_count() const { return shape.rows() * shape.hidden; }
  std::size_t state_count() const { return shape.layers * shape.state(); }
  std::size_t bytes(std::size_t count) const { return count * numerics::byte_size(format); }

  // An array of device memory in double; zeros for null.
  std::vector<double> load(const void* from, std::size_t count) const;
  // Nothing for null.
  void store(const double* from, std::size_t count, void* to) const;
};

struct Descriptors {
  Handle* handle;
  RnnDescriptor* rnn;
  RnnDataDescriptor* x;
  RnnDataDescriptor* y;
};

// Checks handle and descriptors against each other; then `network_of` is safe.
int check_descriptors(const Descriptors& d, int mode);
Network network_of(const Descriptors& d);

// Descriptor of h or c: (L,B,H), fully packed. Null is fine where no such state is used.
int check_states(const TensorDescriptor* descriptor, bool used, const Network& network);

struct Spaces {
  std::size_t weight_bytes;
  const void* weights;
  std::size_t work_bytes;
  void* work;
  std::size_t reserve_bytes;
  void* reserve;
};

int check_spaces(const Network& network, bool training, const Spaces& spaces);

// The memory that a call uses, by argument name; null arguments are left out.
class Ranges {
 public:
  void reads(const void* address, std::size_t bytes, const char* name);
  void writes(const void* address, std::size_t bytes, const char* name);
  const std::vector<dbl::Range>& list() const { return list_; }

  // cuDNN promises nothing for outputs that overlap other arguments: a violation.
  void report_overlaps(const char* who) const;

 private:
  std::vector<dbl::Range> list_;
};

// Queues the call's work on the handle's stream. The first call of its kind and shape loads kernels
// and makes plans, which a capture does not allow.
int submit(Handle* handle, const Network& network, const char* who, int mode, const Ranges& ranges,
           std::function<void()> work);

// Scratch memory holds nothing after a call.
void poison(void* work, std::size_t bytes);

}  // namespace cudnn_double
