"""The ``digitgui`` command, in this process or in one of its own."""

import contextlib
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from digitgui.__main__ import main

__all__ = ["Done", "digitgui", "digitgui_process"]


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
    """Run a sub-command to its end in this process, which has what takes time to import; a warning is an error."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), _signals_as_before():
        try:
            status = main([*map(str, arguments)])
        except SystemExit as end:  # of argparse
            status = end.code if isinstance(end.code, int) else 1
    return Done(status, out.getvalue(), err.getvalue())


@contextlib.contextmanager
def _signals_as_before() -> Iterator[None]:
    before = {
        kind: signal.getsignal(kind) for kind in (signal.SIGINT, signal.SIGTERM)
    }  # which training takes over
    try:
        yield
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)


def digitgui_process(*arguments: object) -> Done:
    """Run a sub-command to its end as a person or a script does; a warning is an error."""
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
