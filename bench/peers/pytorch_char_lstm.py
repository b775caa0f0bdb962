#!/usr/bin/env python3
"""A character LSTM in PyTorch on a GPU (nn.LSTM, so cuDNN), timed the way charlstm bench is.

Usage: pytorch_char_lstm.py train|sample --hidden H --layers L --embedding E --vocabulary V
           [--batch B] [--steps T] [--dropout P] [--streams S] [--variant NAME] [--seconds S]
       pytorch_char_lstm.py serve     (reads such arguments, a line for each figure)

Variants, each what a user of some competence would write:
  eager       plain loop in fp32 with TF32 off; loss.item() at no step
  tf32        the same with TF32 allowed
  bf16        TF32 and torch.autocast(bfloat16); skipped where cuDNN has no bf16 LSTM
  graph       TF32, forward, loss, backward, clip and Adam captured once and replayed
  graph-bf16  the same under autocast
Sampling knows eager (a token at a time, drawn on the device) and graph (a step captured).

Prints one JSON line: mode, variant, chars_per_sec (median of windows of half a second), step_ms,
versions; or {"skipped": reason}.
"""
import argparse
import contextlib
import gc
import json
import shlex
import statistics
import sys
import time


def parse(words):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("mode", choices=["train", "sample"])
    parser.add_argument("--hidden", type=int, required=True)
    parser.add_argument("--layers", type=int, required=True)
    parser.add_argument("--embedding", type=int, default=0, help="0 = one-hot input")
    parser.add_argument("--vocabulary", type=int, required=True)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--steps", type=int, default=64)
    parser.add_argument("--dropout", type=float, default=0.0, help="between layers, in training")
    parser.add_argument("--streams", type=int, default=1)
    parser.add_argument("--variant", default="eager")
    parser.add_argument("--seconds", type=float, default=5.0)
    return parser.parse_args(words)


def skip(reason):
    print(json.dumps({"skipped": str(reason).splitlines()[0]}), flush=True)


try:
    import torch
    import torch.nn as nn
    import torch.nn.functional as F
except ImportError as e:
    skip(e)
    sys.exit(0)
if not torch.cuda.is_available():
    skip("torch finds no GPU")
    sys.exit(0)

GPU = torch.device("cuda")


def precision(args):
    if "bf16" in args.variant:
        return torch.autocast("cuda", dtype=torch.bfloat16)
    return contextlib.nullcontext()


class CharLstm(nn.Module):
    """Tokens (T,B) to logits (T,B,V)."""

    def __init__(self, args):
        super().__init__()
        width = args.embedding or args.vocabulary
        # One-hot input is an embedding that is the identity and is not trained.
        self.embedding = nn.Embedding(args.vocabulary, width)
        if not args.embedding:
            self.embedding.weight.data.copy_(torch.eye(args.vocabulary))
            self.embedding.weight.requires_grad_(False)
        self.lstm = nn.LSTM(width, args.hidden, args.layers, dropout=args.dropout)
        self.output = nn.Linear(args.hidden, args.vocabulary)

    def forward(self, tokens, h, c):
        y, (h, c) = self.lstm(self.embedding(tokens), (h, c))
        return self.output(y), h, c


def zero_state(args, batch):
    shape = (args.layers, batch, args.hidden)
    return torch.zeros(shape, device=GPU), torch.zeros(shape, device=GPU)


def measure(args, work, characters):
    """Median speed over windows of half a second, after a warm-up; the device is waited for."""
    deadline = time.perf_counter() + min(5.0, args.seconds / 2)
    while time.perf_counter() < deadline:
        work()
    torch.cuda.synchronize()
    start = time.perf_counter()
    for _ in range(5):
        work()
    torch.cuda.synchronize()
    calls = max(1, int(0.5 * 5 / (time.perf_counter() - start)))
    speeds, end = [], time.perf_counter() + args.seconds
    while time.perf_counter() < end or not speeds:
        start = time.perf_counter()
        for _ in range(calls):
            work()
        torch.cuda.synchronize()
        speeds.append(calls * characters / (time.perf_counter() - start))
    return statistics.median(speeds)


def capture(step):
    """The step as a CUDA graph, after some eager runs on a stream of their own."""
    side = torch.cuda.Stream()
    side.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(side):
        for _ in range(5):
            step()
    torch.cuda.current_stream().wait_stream(side)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step()
    return graph.replay


def train(args):
    batch, steps = args.batch, args.steps
    model = CharLstm(args).to(GPU)
    graphed = args.variant.startswith("graph")
    optimizer = torch.optim.Adam(
        [p for p in model.parameters() if p.requires_grad], lr=1e-3, fused=True, capturable=graphed
    )
    # The whole text is on the device; a window is a slice of it.
    windows = 16
    text = torch.randint(args.vocabulary, (windows * steps + 1, batch), device=GPU)
    tokens, targets = text[:steps].clone(), text[1 : steps + 1].clone()
    h, c = zero_state(args, batch)
    total = torch.zeros((), device=GPU)
    position = 0

    def step():
        with precision(args):
            logits, h_next, c_next = model(tokens, h, c)
            loss = F.cross_entropy(logits.flatten(0, 1).float(), targets.flatten())
        optimizer.zero_grad(set_to_none=not graphed)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 5.0, foreach=True)
        optimizer.step()
        h.copy_(h_next.detach())
        c.copy_(c_next.detach())
        total.add_(loss.detach())

    if graphed:  # gradients must stay where they are
        for p in model.parameters():
            p.grad = torch.zeros_like(p) if p.requires_grad else None
    replay = capture(step) if graphed else step

    def work():
        nonlocal position
        start = position * steps
        tokens.copy_(text[start : start + steps])
        targets.copy_(text[start + 1 : start + steps + 1])
        if position == 0:
            h.zero_()
            c.zero_()
        replay()
        position = (position + 1) % windows

    return measure(args, work, batch * steps), batch * steps


@torch.no_grad()
def sample(args):
    streams = args.streams
    model = CharLstm(args).to(GPU).eval()
    h, c = zero_state(args, streams)
    token = torch.zeros((1, streams), dtype=torch.long, device=GPU)

    def step():
        with precision(args):
            logits, h_next, c_next = model(token, h, c)
        # Gumbel's trick draws without waiting for the device, as torch.multinomial would.
        noise = -torch.log(-torch.log(torch.rand_like(logits, dtype=torch.float32) + 1e-20) + 1e-20)
        token.copy_((logits.float() + noise).argmax(-1))
        h.copy_(h_next)
        c.copy_(c_next)

    return measure(args, capture(step) if args.variant.startswith("graph") else step, streams), streams


def answer(words):
    """Prints one figure, or why there is none."""
    args = parse(words)
    tf32 = args.variant != "eager"
    torch.backends.cuda.matmul.allow_tf32 = tf32
    torch.backends.cudnn.allow_tf32 = tf32
    try:
        speed, characters = train(args) if args.mode == "train" else sample(args)
    except RuntimeError as e:
        skip(e)
        return
    figure = {
        "mode": args.mode,
        "variant": args.variant,
        "chars_per_sec": speed,
        "step_ms": 1000.0 * characters / speed,
        "torch": torch.__version__,
        "cudnn": torch.backends.cudnn.version(),
        "cuda": torch.version.cuda,
        "device": torch.cuda.get_device_name(),
    }
    print(json.dumps(figure), flush=True)


def serve():
    for line in sys.stdin:
        answer(shlex.split(line))
        gc.collect()
        torch.cuda.empty_cache()


if sys.argv[1:] == ["serve"]:
    serve()
else:
    answer(sys.argv[1:])
