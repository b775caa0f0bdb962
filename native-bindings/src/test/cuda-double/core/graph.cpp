// Graphs: frozen copies of captured work, replayed by launches.
#include "stream_state.h"

namespace dbl {
namespace {

// A launch inside a capture adds the graph's nodes to the graph that is being captured.
cudaError_t capture_launch(Stream* stream, const GraphExec& exec) {
  Capture& capture = *stream->capture;
  if (capture.invalidated) {
    return cudaErrorStreamCaptureInvalidated;
  }
  size_t first = capture.graph.nodes.size();
  std::set<size_t> ends;
  for (const Node& node : exec.nodes) {
    Node copy = node;
    for (size_t& earlier : copy.waits_for) {
      earlier += first;
      ends.erase(earlier);
    }
    if (copy.waits_for.empty()) {
      copy.waits_for.assign(stream->capture_tail.begin(), stream->capture_tail.end());
    }
    capture.graph.nodes.push_back(std::move(copy));
    ends.insert(capture.graph.nodes.size() - 1);
  }
  if (!ends.empty()) {
    stream->capture_tail = ends;
  }
  return cudaSuccess;
}

OpPtr submit_graph(const GraphExec& exec, std::vector<OpPtr> before) {
  before.push_back(exec.last_launch);
  std::vector<OpPtr> ops;
  for (const Node& node : exec.nodes) {
    std::vector<OpPtr> waits;
    for (size_t earlier : node.waits_for) {
      waits.push_back(ops[earlier]);
    }
    ops.push_back(submit_task(node.task, waits.empty() ? before : waits));
  }
  ops.insert(ops.end(), before.begin(), before.end());
  return submit({}, {}, "end of a graph", ops);
}

}  // namespace

cudaError_t graph_node_count(cudaGraph_t handle, size_t* count) {
  Guard guard(lock());
  auto it = table().graphs.find(handle);
  if (it == table().graphs.end()) {
    return cudaErrorInvalidValue;
  }
  *count = it->second->nodes.size();
  return cudaSuccess;
}

cudaError_t graph_instantiate(cudaGraphExec_t* handle, cudaGraph_t graph) {
  Guard guard(lock());
  *handle = nullptr;
  auto it = table().graphs.find(graph);
  if (it == table().graphs.end()) {
    violation("a graph is instantiated that is not live");
    return cudaErrorInvalidValue;
  }
  auto exec = std::make_unique<GraphExec>();
  exec->nodes = it->second->nodes;
  *handle = reinterpret_cast<cudaGraphExec_t>(exec.get());
  table().execs[*handle] = std::move(exec);
  return cudaSuccess;
}

cudaError_t graph_launch(cudaGraphExec_t handle, cudaStream_t stream_handle) {
  Guard guard(lock());
  auto it = table().execs.find(handle);
  Stream* stream = find_stream(stream_handle);
  if (it == table().execs.end() || stream == nullptr) {
    violation("launch of a graph that is not live, or on no stream");
    return it == table().execs.end() ? cudaErrorInvalidValue : cudaErrorInvalidResourceHandle;
  }
  if (sticky_error() != 0) {
    return sticky_error();
  }
  if (cudaError_t status = check_implicit(stream)) {
    return status;
  }
  if (stream->capture != nullptr) {
    return capture_launch(stream, *it->second);
  }
  stream->tail = submit_graph(*it->second, stream_waits(stream));
  it->second->last_launch = stream->tail;
  maybe_run_early();
  return cudaSuccess;
}

cudaError_t graph_destroy(cudaGraph_t handle) {
  Guard guard(lock());
  if (table().graphs.erase(handle) == 0) {
    violation("a graph is destroyed that is not live");
    return cudaErrorInvalidValue;
  }
  return cudaSuccess;
}

cudaError_t graph_exec_destroy(cudaGraphExec_t handle) {
  Guard guard(lock());
  if (table().execs.erase(handle) == 0) {
    violation("an executable graph is destroyed that is not live");
    return cudaErrorInvalidValue;
  }
  return cudaSuccess;
}

void reset_graphs() {
  table().graphs.clear();
  table().execs.clear();
}

void report_graphs(std::string& out) {
  for (auto& [handle, graph] : table().graphs) {
    out += format("graph of %zu nodes\n", graph->nodes.size());
  }
  for (auto& [handle, exec] : table().execs) {
    out += format("executable graph of %zu nodes\n", exec->nodes.size());
  }
}

}  // namespace dbl
