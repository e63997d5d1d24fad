"""What one line of the table of speeds measures."""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np

from model import Dataset, open_data
from model.network.task import Task

Step = Callable[[], object]


class Line(NamedTuple):
    """A network, what it does, and with how many pictures at once."""

    network: str
    work: str
    count: int

    def __str__(self) -> str:
        if self.work == "training":
            return f"{self.network}, training step, batch {self.count}"
        return f"{self.network}, {self.work}, {self.count} at a time"


@cache
def data_for(network: str) -> Dataset:
    """Return what a network is fed: digits, or for `colour` noise in the shape of small photographs."""
    if network != "colour":
        return open_data("bundled")
    rng, task = np.random.default_rng(0), Task(tuple("abcdefghij"), (32, 32, 3), "photo")
    images = rng.integers(0, 256, (2048, 32, 32, 3), np.uint8)
    return Dataset(images, rng.integers(0, 10, 2048, np.uint8), "noise", "noise", task=task)
