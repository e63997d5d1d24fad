"""What one line of the table of speeds measures."""

from collections.abc import Callable
from typing import NamedTuple

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
