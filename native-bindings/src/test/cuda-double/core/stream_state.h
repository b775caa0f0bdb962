// Inside the core only: what streams, events, captures and graphs are.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <thread>

#include "queue.h"
#include "streams.h"

namespace dbl {

struct Node {
  Task task;
  std::vector<size_t> waits_for;  // earlier nodes
};

struct Graph {
  std::vector<Node> nodes;
};

struct GraphExec {
  std::vector<Node> nodes;
  OpPtr last_launch;  // launches of one executable graph never overlap
};

struct Stream;

struct Capture {
  Graph graph;
  cudaStreamCaptureMode mode;
  Stream* origin;
  std::thread::id thread;
  bool invalidated = false;
  std::set<Stream*> members;
};
using CapturePtr = std::shared_ptr<Capture>;

struct Stream {
  bool blocking = true;
  OpPtr tail;
  CapturePtr capture;
  std::set<size_t> capture_tail;  // nodes that the next node waits for
};

// One recording of an event.
struct Recording {
  OpPtr op;
  double seconds = 0;
};

struct Event {
  bool timing = true;
  std::shared_ptr<Recording> recording;
  std::weak_ptr<Capture> capture;
  bool captured = false;  // last recorded in a capturing stream
  std::set<size_t> nodes;
};

struct StreamTable {
  Stream legacy;
  std::map<cudaStream_t, std::unique_ptr<Stream>> streams;
  std::map<cudaEvent_t, std::unique_ptr<Event>> events;
  std::map<cudaGraph_t, std::unique_ptr<Graph>> graphs;
  std::map<cudaGraphExec_t, std::unique_ptr<GraphExec>> execs;
};
StreamTable& table();

// The stream of a handle (null and 1 = the legacy default stream), or null.
Stream* find_stream(cudaStream_t handle);
Event* find_event(cudaEvent_t handle);

// What the next operation of a stream must wait for.
std::vector<OpPtr> stream_waits(Stream* stream);
OpPtr submit_task(Task task, const std::vector<OpPtr>& waits_for);

// All captures in progress, once each.
std::set<CapturePtr> captures();
// A status, after making the capture unusable.
cudaError_t invalidate(const CapturePtr& capture, cudaError_t status);
// Adds a node at the capturing stream's end.
cudaError_t capture_task(Stream* stream, Task task);
// Statuses of using the legacy stream while a blocking stream is being captured.
cudaError_t check_implicit(Stream* stream);

}  // namespace dbl
