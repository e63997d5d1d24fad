"""The ``digitgui`` command in a process of its own."""

import json
import os
import subprocess
import sys
from typing import Any, NamedTuple

import pytest

__all__ = ["Done", "digitgui"]


class Done(NamedTuple):
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON object that standard output must be."""
        assert self.status == 0, self.err
        assert self.out.endswith("\n")
        assert self.out.count("\n") == 1
        return json.loads(self.out, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))


def digitgui(*arguments: object) -> Done:
    """Run a sub-command to its end; any warning is an error."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "digitgui", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)
