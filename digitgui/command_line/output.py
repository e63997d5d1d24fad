"""What sub-commands write: results to standard output, messages and progress to standard error."""

import io
import sys
import time
from collections.abc import Callable
from typing import Any

from model.errors import ModelError

__all__ = ["UnfinishedError", "plain", "say", "telling_progress", "write_any_letter"]

SECONDS_PER_LINE = 2.0
"""Progress is reported about this often."""


class UnfinishedError(ModelError):
    """Part of the work could not be done.

    Attributes
    ----------
    result : dict
        The result of the rest.
    """

    def __init__(self, text: str, result: dict[str, Any]) -> None:
        super().__init__(text)
        self.result = result


def telling_progress(what: str) -> Callable[[int, int], None]:
    """Return a callback that reports progress now and then."""
    told, last = time.monotonic(), 0

    def tell(done: int, total: int) -> None:
        nonlocal told, last
        is_end = 0 < last < done == total  # a line that stops before the end would look as if some were left out
        if total and (is_end or time.monotonic() - told > SECONDS_PER_LINE):
            told, last = time.monotonic(), done
            say(f"{done:,} of {total:,} {what}")

    return tell


def plain(thing: Any) -> Any:
    """Turn what JSON does not know into lists and numbers."""
    if hasattr(thing, "tolist"):  # an array of NumPy, which is not imported for this alone
        return thing.tolist()
    raise TypeError(f"{type(thing).__name__} cannot be written as JSON")


def say(text: str) -> None:
    """Write a line to standard error."""
    print(text, file=sys.stderr, flush=True)


def write_any_letter() -> None:
    """Write characters that the terminal's code page lacks by their number, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
