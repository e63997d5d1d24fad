"""How fast the networks train: ``make bench`` prints this.

The journal's own way, one picture and one pixel at a time in Python loops, is rewritten in
``tests/helpers/journal_loops.py`` and timed in turn with the networks, since machines drift.
"""

import sys
import time
from collections.abc import Callable

import numpy as np
from helpers.journal_loops import JournalLoops
from threadpoolctl import threadpool_limits

from digitgui.shipped import open_data
from model import Dataset, build
from model.augmentation import augment
from model.optimizers import SGD

ROUNDS = 5
SECONDS = 0.4


def seconds_per_image(step: Callable[[], int], seconds: float = SECONDS) -> float:
    """Repeat ``step``, which returns how many pictures it took, for a while."""
    step()
    images, started = 0, time.perf_counter()
    while (now := time.perf_counter()) - started < seconds:
        images += step()
    return (now - started) / images


def training_step(arch: str, batch_size: int, data: Dataset, augmentation: str = "none") -> Callable[[], int]:
    """Return a full training step: forward, loss, backward, update."""
    network = build(arch)
    optimizer = SGD(network.parameters(), learning_rate=0.005)
    rng = np.random.default_rng(0)

    def step() -> int:
        batch = rng.integers(0, len(data), batch_size)
        network.loss_and_gradients(augment(data.images[batch], augmentation, rng), data.labels[batch])
        optimizer.step()
        return batch_size

    return step


def inference(arch: str, batch_size: int, data: Dataset) -> Callable[[], int]:
    """Return a prediction of ``batch_size`` pictures."""
    network, images = build(arch), data.images[:batch_size]

    def step() -> int:
        network.predict_proba(images)
        return batch_size

    return step


def journal_step(filters: int, data: Dataset) -> Callable[[], int]:
    """Return a training step in the journal's own loops."""
    loops = JournalLoops(filters, seed=0)

    def step() -> int:
        loops.train_step(data.images[0], int(data.labels[0]), 0.005)
        return 1

    return step


def main() -> int:
    """Print microseconds a picture, best of several rounds, and how many times as fast as the loops that is."""
    data = open_data("bundled")
    work = {}
    for arch, filters in (("journal-8", 8), ("journal-24", 24)):
        work[f"{arch}, the journal's loops, batch 1"] = journal_step(filters, data)
        for batch_size in (1, 32, 128):
            work[f"{arch}, training step, batch {batch_size}"] = training_step(arch, batch_size, data)
        work[f"{arch}, answer, 1 picture"] = inference(arch, 1, data)
        work[f"{arch}, answer, 256 pictures"] = inference(arch, 256, data)
    for batch_size in (32, 128):
        work[f"lenet, training step, batch {batch_size}"] = training_step("lenet", batch_size, data)
    work["lenet, the same with handwriting augmentation"] = training_step("lenet", 128, data, "handwriting")
    best = dict.fromkeys(work, float("inf"))
    with threadpool_limits(limits=1, user_api="blas"):
        for _ in range(ROUNDS):
            for name, step in work.items():
                best[name] = min(best[name], seconds_per_image(step))
    print("| what                                          | µs a picture | times the loops' speed |")
    print("| --------------------------------------------- | -----------: | ---------------------: |")
    for name, seconds in best.items():
        loops = best.get(f"{name.split(',')[0]}, the journal's loops, batch 1")
        times = f"{loops / seconds:,.0f}" if loops and "training step" in name else ""
        print(f"| {name:<45} | {1e6 * seconds:12,.1f} | {times:>22} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
