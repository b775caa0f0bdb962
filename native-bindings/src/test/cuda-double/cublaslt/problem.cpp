#include "problem.h"

namespace lt_double {
namespace {

bool is_half(int type) { return type == kFloat16 || type == kBFloat16; }

bool types_supported(const Problem& p) {
  const int in = p.a.type;
  const bool in_known = in == kFloat32 || is_half(in);
  const bool out_known = p.d.type == in || p.d.type == kFloat32;
  return in_known && out_known && p.b.type == in && p.c.type == p.d.type;
}

// The fast modes convert floats down. TF32's is taken for 16-bit data too, which it changes nothing
// about: seen on an H200 with CUDA 13.0.
bool compute_supported(const Problem& p) {
  switch (p.desc.compute) {
    case kCompute32:
    case kCompute32Pedantic:
    case kCompute32FastTf32:
      return true;
    case kCompute32FastHalf:
    case kCompute32FastBrain:
      return p.a.type == kFloat32;
    default:
      return false;
  }
}

bool epilogue_supported(const Problem& p) {
  const bool bias_type = p.desc.bias_type == -1 || p.desc.bias_type == p.d.type;
  return p.desc.epilogue == kNoEpilogue || (p.desc.epilogue == kBias && bias_type);
}

bool layout_valid(const MatrixLayout& l) {
  return l.rows > 0 && l.columns > 0 && l.leading >= static_cast<std::int64_t>(l.rows);
}

bool operation_valid(int op) { return op == kPlain || op == kTransposed; }

void add(std::uint64_t& hash, std::uint64_t value) {
  hash = (hash ^ value) * 0x9e3779b97f4a7c15;
  hash ^= hash >> 29;
}

void add(std::uint64_t& hash, const MatrixLayout& l) {
  add(hash, static_cast<std::uint64_t>(l.type));
  add(hash, l.rows);
  add(hash, l.columns);
  add(hash, static_cast<std::uint64_t>(l.leading));
}

}  // namespace

numerics::Format format_of(int type) {
  switch (type) {
    case kFloat16:
      return numerics::Format::kFloat16;
    case kBFloat16:
      return numerics::Format::kBFloat16;
    default:
      return numerics::Format::kFloat32;
  }
}

int Problem::check() const {
  const bool plain_a = desc.trans_a == kPlain;
  const bool plain_b = desc.trans_b == kPlain;
  const bool fits = (plain_a ? a.rows : a.columns) == m() && (plain_b ? b.rows : b.columns) == k() &&
                    (plain_b ? b.columns : b.rows) == n() && c.rows == m() && c.columns == n();
  if (!operation_valid(desc.trans_a) || !operation_valid(desc.trans_b) || !layout_valid(a) ||
      !layout_valid(b) || !layout_valid(c) || !layout_valid(d) || !fits) {
    return kInvalidValue;
  }
  const bool column_major = a.order == 0 && b.order == 0 && c.order == 0 && d.order == 0;
  if (desc.scale_type != kFloat32 || desc.pointer_mode != 0 || !column_major ||
      !types_supported(*this) || !compute_supported(*this) || !epilogue_supported(*this)) {
    return kNotSupported;
  }
  return kSuccess;
}

std::uint64_t Problem::key() const {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const int value : {desc.compute, desc.scale_type, desc.trans_a, desc.trans_b, desc.epilogue,
                          desc.bias_type}) {
    add(hash, static_cast<std::uint64_t>(value));
  }
  for (const MatrixLayout* layout : {&a, &b, &c, &d}) {
    add(hash, *layout);
  }
  return hash;
}

bool read_problem(const MatmulDesc* desc, const MatrixLayout* a, const MatrixLayout* b,
                  const MatrixLayout* c, const MatrixLayout* d, Problem& out) {
  for (const MatrixLayout* layout : {a, b, c, d}) {
    if (!dbl::handle_valid(kLayoutKind, layout)) {
      return false;
    }
  }
  if (!dbl::handle_valid(kDescKind, desc)) {
    return false;
  }
  out = {*desc, *a, *b, *c, *d};
  return true;
}

}  // namespace lt_double
