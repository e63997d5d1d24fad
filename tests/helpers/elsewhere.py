"""Functions that tests run in another process."""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from model.errors import ConfigError

__all__ = [
    "StubbornError",
    "add",
    "die",
    "loaded_modules",
    "refuse",
    "sleep_long",
    "surprise",
    "total",
    "work_in_steps",
]


class StubbornError(Exception):
    """Can be pickled, but not read again."""

    def __init__(self, one: int, two: int) -> None:
        super().__init__(f"{one} and {two}")


def add(first: int, second: int) -> int:
    print("this must not disturb the pipe")
    return first + second


def total(numbers: np.ndarray) -> tuple[int, np.ndarray]:
    return int(numbers.sum()), numbers[:3]


def refuse() -> None:
    raise ConfigError("expected more")


def surprise() -> None:
    raise StubbornError(1, 2)


def die() -> None:
    os._exit(3)


def sleep_long(note: Path) -> None:
    note.write_text(str(os.getpid()))
    time.sleep(60)


def work_in_steps(*, on_progress: Callable[[float], object]) -> str:
    for step in range(1000):
        on_progress(step / 1000)
    return "ready"


def loaded_modules() -> set[str]:
    return {name.partition(".")[0] for name in sys.modules}
