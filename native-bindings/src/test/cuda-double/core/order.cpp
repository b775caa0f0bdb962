// Clocks of the order between pieces of work, and races between streams.
#include "order.h"

#include <algorithm>
#include <map>
#include <set>

#include "queue.h"
#include "sources.h"

namespace dbl {
namespace {

// What one operation did in one block.
struct Touch {
  uint32_t chain;
  uint32_t tick;
  Access access;
  std::string who;
  std::vector<Piece> pieces;  // ascending, apart
};

struct Order {
  uint64_t era = 1;
  std::vector<uint32_t> last;  // tick of each chain
  std::vector<uint32_t> host;  // what the host has waited for
  std::map<const void*, std::vector<Touch>> touched;  // by block
  std::set<std::string> reported;
};

Order& order() {
  static Order* instance = new Order;
  return *instance;
}

uint32_t tick_of(const std::vector<uint32_t>& clock, uint32_t chain) {
  return chain < clock.size() ? clock[chain] : 0;
}

void join(std::vector<uint32_t>& clock, const std::vector<uint32_t>& other) {
  clock.resize(std::max(clock.size(), other.size()));
  for (size_t i = 0; i < other.size(); i++) {
    clock[i] = std::max(clock[i], other[i]);
  }
}

void start_era() {
  Order& o = order();
  o.era++;
  o.last.clear();
  o.host.clear();
  o.touched.clear();
}

void host_knows(const std::vector<uint32_t>& clock) {
  Order& o = order();
  join(o.host, clock);
  settle_sources(o.era, o.host);
  bool all = true;
  for (uint32_t chain = 0; chain < o.last.size(); chain++) {
    all = all && tick_of(o.host, chain) >= o.last[chain];
  }
  if (all) {
    start_era();
  }
}

// First byte that both have, or none.
bool first_common(const std::vector<Piece>& a, const std::vector<Piece>& b, size_t* common) {
  for (size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    *common = std::max(a[i].begin, b[j].begin);
    if (*common < std::min(a[i].end, b[j].end)) {
      return true;
    }
    a[i].end <= b[j].end ? i++ : j++;
  }
  return false;
}

bool covers(const std::vector<Piece>& a, const std::vector<Piece>& b) {
  bool whole = a.size() == 1 && a[0].begin <= b.front().begin && b.back().end <= a[0].end;
  return whole || a == b;
}

const char* verb(Access access, bool past) {
  return access == Access::Write ? (past ? "wrote" : "writes") : (past ? "read" : "reads");
}

void report(const Op& op, Access access, const Touch& earlier, const std::string& block,
            size_t offset) {
  std::string pair = op.description + "|" + earlier.who + "|" + block;
  if (order().reported.insert(pair).second) {
    violation(format("race between streams: %s %s %s at offset %zu, which %s %s, and neither waits "
                     "for the other",
                     op.description.c_str(), verb(access, false), block.c_str(), offset,
                     earlier.who.c_str(), verb(earlier.access, true)));
  }
}

std::string device_name(const Block& block) {
  return format("device block #%lu of %zu bytes", static_cast<unsigned long>(block.id), block.bytes);
}

std::string pinned_name(size_t bytes) { return format("a page-locked block of %zu bytes", bytes); }

void note_pieces(const Op& op, const void* block, const std::string& block_name,
                 std::vector<Piece> pieces, Access access) {
  std::vector<Touch>& touches = order().touched[block];
  for (size_t i = 0; i < touches.size();) {
    const Touch& earlier = touches[i];
    bool ordered = tick_of(op.moment.seen, earlier.chain) >= earlier.tick;
    bool conflict = access == Access::Write || earlier.access == Access::Write;
    size_t common = 0;
    if (!ordered && conflict && first_common(pieces, earlier.pieces, &common)) {
      report(op, access, earlier, block_name, common);
    }
    // Whatever races with the earlier one will race with this one too.
    bool same_kind = access == Access::Write || earlier.access == Access::Read;
    if (ordered && same_kind && covers(pieces, earlier.pieces)) {
      std::swap(touches[i], touches.back());
      touches.pop_back();
    } else {
      i++;
    }
  }
  touches.push_back({op.moment.chain, op.moment.tick, access, op.description, std::move(pieces)});
}

Piece piece_of(const Range& range, const Block& block) {
  auto begin = static_cast<size_t>(static_cast<const char*>(range.address) - block.base);
  return {begin, begin + range.bytes};
}

}  // namespace

Moment next_moment(const std::vector<OpPtr>& after) {
  Order& o = order();
  Moment moment;
  moment.era = o.era;
  moment.seen = o.host;
  bool follows = false;
  for (const OpPtr& op : after) {
    if (op == nullptr || op->moment.era != o.era) {
      continue;
    }
    join(moment.seen, op->moment.seen);
    if (!follows && o.last[op->moment.chain] == op->moment.tick) {
      moment.chain = op->moment.chain;
      follows = true;
    }
  }
  if (!follows) {
    moment.chain = static_cast<uint32_t>(o.last.size());
    o.last.push_back(0);
  }
  moment.tick = ++o.last[moment.chain];
  moment.seen.resize(std::max<size_t>(moment.seen.size(), moment.chain + 1));
  moment.seen[moment.chain] = moment.tick;
  return moment;
}

void host_waited_for(const OpPtr& op) {
  if (op != nullptr && op->moment.era == order().era) {
    host_knows(op->moment.seen);
  }
}

void host_waited_for_all() { host_knows(std::vector<uint32_t>(order().last)); }

void note_ranges(const Op& op) {
  for (const Range& range : op.ranges) {
    Block block = find_block(range.address);
    if (block.base != nullptr && range.bytes > 0) {
      note_pieces(op, block.base, device_name(block), {piece_of(range, block)}, range.access);
    }
  }
  for (const Range& range : op.host_ranges) {
    Block block = find_pinned(range.address);
    if (block.base == nullptr) {
      continue;
    }
    if (range.access == Access::Write) {
      forget_sources(range.address, range.bytes);
    }
    note_pieces(op, block.base, pinned_name(block.bytes), {piece_of(range, block)}, range.access);
  }
}

void note_access(const Block& block, std::vector<Piece> pieces, Access access) {
  Guard guard(lock());
  const Op* op = current_op();
  if (op != nullptr && !pieces.empty()) {
    note_pieces(*op, block.base, device_name(block), std::move(pieces), access);
  }
}

void forget_pinned(const void* block, size_t bytes) {
  forget_sources(block, bytes);
  auto it = order().touched.find(block);
  if (it == order().touched.end()) {
    return;
  }
  for (const Touch& touch : it->second) {
    if (tick_of(order().host, touch.chain) < touch.tick) {
      violation(format("%s is released before the host has waited for %s",
                       pinned_name(bytes).c_str(), touch.who.c_str()));
      break;
    }
  }
  order().touched.erase(it);
}

void reset_order() {
  order() = Order();
  reset_sources();
}

}  // namespace dbl
