"""This program's networks, as `benchmarks.speed` measures them."""

import numpy as np
from benchmarks.speed_line import Line, Step
from threadpoolctl import threadpool_limits

from model import Dataset, build
from model.network.optimizers import SGD
from model.training.learner import Learner


def version() -> str:
    """Tell which NumPy this is."""
    return f"NumPy {np.__version__}"


def steps(line: Line, data: Dataset) -> list[Step]:
    """Return what is measured: it starts and ends as it does in a user's program."""
    if line.network == "product":
        return [product(line.count)]
    network = build(line.network, task=data.task)
    if line.work == "answer":
        images = data.images[: line.count]
        return [lambda: network.predict_proba(images)]
    learner, optimizer = Learner(network), SGD(network.parameters(), learning_rate=0.005)
    rng = np.random.default_rng(0)
    batches = [rng.integers(0, len(data), line.count) for _ in range(16)]
    pictures = [(data.images[batch], data.labels[batch]) for batch in batches]
    turn = iter(range(10**9))

    def step() -> None:
        images, labels = pictures[next(turn) % 16]
        learner.loss_and_gradients(images, labels)
        optimizer.step()

    learner.__enter__()  # as in a run: BLAS keeps to one thread until the end of the process
    return [step]


def product(threads: int) -> Step:
    """Return a large product, the fastest that this BLAS computes."""
    left, right, out = np.random.default_rng(0).random((3, 1024, 1024), np.float32)

    def multiply() -> None:
        with threadpool_limits(threads, user_api="blas"):
            np.matmul(left, right, out=out)

    return multiply
