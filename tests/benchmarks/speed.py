"""How fast the networks are: ``make bench`` prints this.

Several ways stand side by side: ours; PyTorch in its usual form; JAX, compiled; onnxruntime for the answers of the
exported file, each where it is installed; and the journal's own way, one picture and one pixel at a time in Python
loops. Each way is a process of its own, which is silent while another is measured: threads that one library keeps
spinning for a while would take the other's processor. Machines drift, so all ways are measured in turn, several
times, and compared by the median of the rounds. All may use as many threads as the machine has cores.
"""

import importlib
import importlib.util
import multiprocessing
import os
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection

from benchmarks.speed_line import Line, Step, data_for
from threadpoolctl import threadpool_info

from model import build, open_data
from model.training.training import BatchDone, TrainingConfig, train

ROUNDS = 9
SECONDS = 0.12
REST = 0.25
"""Seconds after which the threads of every library have stopped spinning: 0.2 for Intel's OpenMP."""
WAYS = {"ours": "numpy", "PyTorch": "torch", "JAX": "jax", "onnxruntime": "onnxruntime", "loops": "numpy"}
"""What is compared, and the package that it needs."""
NETWORKS = ("journal-8", "journal-24", "lenet", "deep", "colour")
LINES = [
    Line(network, work, count)
    for network in NETWORKS
    for work, count in (("training", 1), ("training", 32), ("training", 128), ("answer", 1), ("answer", 256))
]
for slow, batch in (("deep", 64), ("colour", 128)):
    LINES[LINES.index(Line(slow, "training", 1)) : LINES.index(Line(slow, "answer", 1))] = [
        Line(slow, "training", batch)
    ]
PRODUCTS = [Line("product", "of 1,024 × 1,024", threads) for threads in (1, 2)]
Seconds = dict[tuple[Line, str], list[float]]


def serve(way: str, pipe: Connection) -> None:
    """Time the lines that are asked for, in a process of its own."""
    module = importlib.import_module(f"benchmarks.speed_of_{way.lower()}")
    pipe.send(module.version())
    steps = {}
    for line in iter(pipe.recv, None):
        if line not in steps:
            steps[line] = module.steps(line, data_for(line.network))
        pipe.send(min((seconds_per_call(step) for step in steps[line]), default=None))
        time.sleep(REST)
        pipe.send("silent")


def seconds_per_call(step: Step) -> float:
    """Repeat a step for a while."""
    step()
    step()
    calls, started = 0, time.perf_counter()
    while (now := time.perf_counter()) - started < SECONDS:
        step()
        calls += 1
    return (now - started) / calls


@contextmanager
def ways_at_work() -> Iterator[tuple[dict[str, Connection], list[str]]]:
    """Start the process of every way that is installed; give their pipes and versions, and end them all."""
    context = multiprocessing.get_context("spawn")
    pipes, versions = {}, []
    with ExitStack() as stack:
        for way, package in WAYS.items():
            if not importlib.util.find_spec(package):
                continue
            pipe, other = context.Pipe()
            process = context.Process(target=serve, args=(way, other), daemon=True)
            process.start()
            other.close()  # so that the end of the process is seen here
            try:
                versions.append(pipe.recv())
            except EOFError:
                print(f"{way} does not start, and is left out", file=sys.stderr)
                continue
            pipes[way] = pipe
            stack.callback(process.join)
            stack.callback(pipe.send, None)
        yield pipes, versions


def measure(pipes: dict[str, Connection], lines: list[Line], rounds: int) -> Seconds:
    """Time every line by every way that knows it, one right after the other, several times."""
    found: Seconds = defaultdict(list)
    unknown = set()
    for number in range(rounds):
        for line in lines:
            for way, pipe in pipes.items():
                if (line, way) in unknown:
                    continue
                pipe.send(line)
                seconds, _silent = pipe.recv(), pipe.recv()
                if seconds is None:
                    unknown.add((line, way))
                else:
                    found[line, way].append(seconds)
        print(f"round {number + 1} of {rounds}", file=sys.stderr)
    return found


def ratio(ours: list[float], theirs: list[float]) -> float:
    """Compare two ways by the median of the rounds, in each of which both were timed."""
    return statistics.median(a / b for a, b in zip(ours, theirs, strict=True))


def operations(line: Line) -> float:
    """Count the multiplications and additions in the products of one picture, for a share of the peak."""
    network = build(line.network, task=data_for(line.network).task)
    if line.work == "answer":
        return 2 * network.multiplications
    first = network.layers[0].parameters()["kernel"].value.size * network.shapes[1][1] * network.shapes[1][2]
    return 2 * (3 * network.multiplications - first)  # no gradient of the pictures is needed


def print_table(found: Seconds, ways: list[str]) -> None:
    """Print pictures a second, ratios, and what share of the peak of two threads ours reaches."""
    peak = max(found_peak(found, line) for line in PRODUCTS)
    others = [way for way in ways if way not in ("ours", "loops")]
    head = [f"{f'pictures a second (best of {ROUNDS})':<37}", f"{'ours':>8}"]
    head += [cell for way in others for cell in (f"{way:>11}", " ratio")] + [" of peak", "vs. loops"]
    print(f"| {' | '.join(head)} |\n| {' | '.join(['-' * 37, *['-' * (len(c) - 1) + ':' for c in head[1:]]])} |")
    for line in LINES:
        ours, rows = found[line, "ours"], []
        rows += [f"{line!s:<37}", f"{line.count / min(ours):>8,.0f}"]
        for way in others:
            theirs = found.get((line, way))
            rows.append(f"{line.count / min(theirs):>11,.0f}" if theirs else " " * 11)
            rows.append(f"{ratio(ours, theirs):>6.2f}" if theirs else " " * 6)
        rows.append(f"{line.count * operations(line) / min(ours) / peak:>8.0%}")
        loops = found.get((line, "loops"))
        rows.append(f"{line.count / ratio(ours, loops):>9,.0f}" if loops else " " * 9)
        print(f"| {' | '.join(rows)} |")
    print("\nratio: our time to theirs, median of the rounds, less than 1 is faster; of peak: share of what BLAS")
    print("computes at 1,024 × 1,024 with two threads; vs. loops: how many times as many pictures as those loops.")


def found_peak(found: Seconds, line: Line) -> float:
    """Return the operations a second of a large product."""
    return 2 * 1024**3 / min(found[line, "ours"])


def print_machine(found: Seconds, versions: list[str]) -> None:
    """Tell what was measured on: cores, versions, and the BLAS with its kernels and its speed."""
    print(f"{os.cpu_count()} cores; {'; '.join(versions)}")
    for library in threadpool_info():
        if library["user_api"] == "blas":
            kernels = library.get("architecture", "unknown")
            print(f"BLAS: {library['internal_api']} {library['version']}, kernels for {kernels}")
    one, two = (found_peak(found, line) / 1e9 for line in PRODUCTS)
    print(f"float32 products of 1,024 × 1,024: {one:.0f} GFLOP/s with one thread, {two:.0f} with two")
    for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
        if name in os.environ:
            print(f"WARNING: {name}={os.environ[name]} is set: BLAS may be half as fast as it could be; unset it")
    print()


def augmentation_cost() -> float:
    """Compare runs of lenet, batch 128, with handwriting augmentation and without: time per picture."""
    data = open_data("bundled")
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
    with ways_at_work() as (pipes, versions):
        found = measure(pipes, [*LINES, *PRODUCTS], ROUNDS)
    print_machine(found, [version for version in versions if version])
    print_table(found, list(pipes))
    print(f"\nlenet, batch 128, with handwriting augmentation: {augmentation_cost():.2f} times the time without")
    return 0


if __name__ == "__main__":
    sys.exit(main())
