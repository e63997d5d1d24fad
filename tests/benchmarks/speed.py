"""How fast the networks are: ``make bench`` prints this.

Four ways stand side by side in one run, since machines drift: ours; PyTorch, where it is installed
(``make bench`` installs it beside the project), with the better of its two memory layouts for every line;
onnxruntime, where it is installed, for the answers of the exported file; and the journal's own way, one picture
and one pixel at a time in Python loops, rewritten in ``tests/helpers/journal_loops.py``. All may use as many
threads as the machine has cores.
"""

import importlib.util
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from helpers.journal_loops import JournalLoops
from threadpoolctl import threadpool_limits

from model import Dataset, Network, build
from model.exchange.onnx_export import encode_onnx
from model.network.optimizers import SGD
from model.readers.sources import open_data
from model.training.learner import Learner
from model.training.training import BatchDone, TrainingConfig, train

if importlib.util.find_spec("torch"):
    from benchmarks import pytorch
else:
    pytorch = None
if importlib.util.find_spec("onnxruntime"):
    import onnxruntime
else:
    onnxruntime = None

ROUNDS = 9
SECONDS = 0.12
NETWORKS = ("journal-8", "journal-24", "lenet")
ANSWERING = (*NETWORKS, "deep")
Step = Callable[[], object]
WAYS = "ours", "torch", "loops", "onnx"


@dataclass(slots=True)
class Line:
    """One line of the table, and what it is the best of.

    Attributes
    ----------
    images : int
        Pictures that one call of each step takes.
    ours, torch, loops, onnx : callables
        PyTorch has one a memory layout; loops take one picture.
    """

    name: str
    images: int
    ours: Step
    torch: Sequence[Step] = ()
    loops: Step | None = None
    onnx: Step | None = None
    seconds: dict[str, list[float]] = field(default_factory=lambda: {way: [] for way in WAYS})

    def measure(self) -> None:
        """Time every way once, one right after the other."""
        self.seconds["ours"].append(seconds_per_call(self.ours) / self.images)
        if self.torch:
            self.seconds["torch"].append(min(seconds_per_call(step) for step in self.torch) / self.images)
        if self.loops:
            self.seconds["loops"].append(seconds_per_call(self.loops))
        if self.onnx:
            self.seconds["onnx"].append(seconds_per_call(self.onnx) / self.images)

    def __str__(self) -> str:
        ours, torch, loops, onnx = (self.seconds[way] for way in WAYS)
        cells = [self.name, f"{1 / min(ours):,.0f}"]
        cells += [f"{1 / min(torch):,.0f}", f"{ratio(ours, torch):.2f}"] if torch else ["", ""]
        cells += [f"{1 / min(onnx):,.0f}", f"{ratio(ours, onnx):.2f}"] if onnx else ["", ""]
        cells += [f"{1 / ratio(ours, loops):,.0f}"] if loops else [""]
        widths = (44, 10, 10, 7, 11, 7, 9)
        columns = (f"{cell:>{width}}" for cell, width in zip(cells[1:], widths[1:], strict=True))
        return f"| {cells[0]:<{widths[0]}} | {' | '.join(columns)} |"


def ratio(ours: list[float], theirs: list[float]) -> float:
    """Compare two ways by the median of the rounds, in each of which both were timed."""
    return statistics.median(a / b for a, b in zip(ours, theirs, strict=True))


def seconds_per_call(step: Step) -> float:
    """Repeat a step for a while."""
    step()
    calls, started = 0, time.perf_counter()
    while (now := time.perf_counter()) - started < SECONDS:
        step()
        calls += 1
    return (now - started) / calls


def training_step(network: Network, batch_size: int, data: Dataset) -> Step:
    """Return a full training step as a user's run takes it: forward, loss, backward, update."""
    optimizer = SGD(network.parameters(), learning_rate=0.005)
    rng = np.random.default_rng(0)
    batches = [rng.integers(0, len(data), batch_size) for _ in range(16)]
    pictures = [(data.images[batch], data.labels[batch]) for batch in batches]
    turn = iter(range(10**9))

    def step() -> None:
        images, labels = pictures[next(turn) % 16]
        Learner(network).loss_and_gradients(images, labels)
        optimizer.step()

    return step


def journal_step(filters: int, data: Dataset) -> Step:
    """Return a training step in the journal's own loops."""
    loops = JournalLoops(filters, seed=0)
    return lambda: loops.train_step(data.images[0], int(data.labels[0]), 0.005)


def onnx_answers(network: Network, data: Dataset, count: int) -> Step | None:
    """Return a prediction of probabilities by onnxruntime, with as many threads as there are cores."""
    if not onnxruntime:
        return None
    session = onnxruntime.InferenceSession(encode_onnx(network), providers=["CPUExecutionProvider"])
    return lambda: session.run(["probabilities"], {"images": data.images[:count]})


def lines(data: Dataset) -> list[Line]:
    """List all that is compared."""
    found = []
    for name in NETWORKS:
        filters = int(name.partition("-")[2] or 0)
        loops = journal_step(filters, data) if filters else None
        for batch in (1, 32, 128):
            line = Line(
                f"{name}, training step, batch {batch}",
                batch,
                training_step(build(name), batch, data),
                loops=loops,
            )
            line.torch = pytorch.training_steps(name, data, batch) if pytorch else ()
            found.append(line)
    for name in ANSWERING:
        for count in (1, 256):
            network, images = build(name), data.images[:count]
            line = Line(
                f"{name}, answer, {count} at a time", count, lambda n=network, i=images: n.predict_proba(i)
            )
            line.torch = pytorch.answers(name, data, count) if pytorch and name in NETWORKS else ()
            line.onnx = onnx_answers(network, data, count)
            found.append(line)
    return found


def augmentation_cost(data: Dataset) -> float:
    """Compare runs of lenet, batch 128, with handwriting augmentation and without: time per picture."""
    seconds: dict[str, list[float]] = {"none": [], "handwriting": []}
    for _ in range(5):
        for name, found in seconds.items():
            config = TrainingConfig(batch_size=128, epochs=1, augmentation=name)
            steps = [
                time.perf_counter()
                for event in train(build("lenet"), data, config)
                if isinstance(event, BatchDone)
            ]
            found.append((steps[-1] - steps[0]) / (len(steps) - 1))
    return ratio(seconds["handwriting"], seconds["none"])


def main() -> int:
    """Print pictures a second and ratios."""
    data = open_data("bundled")
    found = lines(data)
    # as in a run: BLAS keeps to one thread, and large batches are computed by two of our own
    with threadpool_limits(limits=1, user_api="blas"):
        for _ in range(ROUNDS):
            for line in found:
                line.measure()
    torch_version = pytorch.version() if pytorch else "no PyTorch here"
    print(f"{os.cpu_count()} cores; NumPy {np.__version__}; {torch_version}\n")
    title = f"pictures a second (best of {ROUNDS})"
    print(f"| {title:<44} |       ours |    PyTorch |   ratio | onnxruntime |   ratio | vs. loops |")
    print(f"| {'-' * 44} | ---------: | ---------: | ------: | ----------: | ------: | --------: |")
    for line in found:
        print(line)
    print("\nratio: our time to theirs, median of the rounds, less than 1 is faster;")
    print("vs. loops: how many times as many pictures as the journal's own loops.")
    cost = augmentation_cost(data)
    print(f"\nlenet, batch 128, with handwriting augmentation: {cost:.2f} times the time without")
    return 0


if __name__ == "__main__":
    sys.exit(main())
