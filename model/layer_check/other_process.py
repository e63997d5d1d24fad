"""The other process, seen from here: it loads a person's file and calls its functions, within a time limit."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from model.layer_check import loaded_file

__all__ = ["EndedError", "FileProcess"]

# One thread there: the arrays are tiny, and threads of BLAS wait for one another.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
WINDOWS_CRASHES = 0xC0000000
"""An exit status from here on means a crash there."""
MOST_PRINTED = 200
"""Characters that are kept of what the file prints."""


class EndedError(Exception):
    """The process gave no answer; the text says why, as in ``it crashed (SIGSEGV)``.

    Attributes
    ----------
    timed_out : bool
        Whether it was ended here because it took too long.
    """

    def __init__(self, text: str, *, timed_out: bool = False) -> None:
        super().__init__(text)
        self.timed_out = timed_out


class FileProcess:
    """A process with a person's file, until it is closed.

    What it sends is read as JSON: nothing of it is run here.

    Parameters
    ----------
    file : Path
    names : sequence of str
        Functions that may be there.

    Attributes
    ----------
    printed : str
        The beginning of what the file has printed.
    """

    def __init__(self, file: Path, names: Sequence[str]) -> None:
        self.printed = ""
        # -P: the file must not find the neighbours of our script when it imports
        command = [sys.executable, "-P", loaded_file.__file__, str(file), *names]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ | ONE_THREAD | {"PYTHONIOENCODING": "utf-8"},
            start_new_session=True,  # a group of its own, which ends as a whole
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        self._listener = threading.Thread(target=self._listen, name="what a checked file prints", daemon=True)
        self._listener.start()

    def close(self) -> None:
        """End the process, and all that it has begun."""
        self._kill()
        self._process.wait()
        self._listener.join(timeout=1)
        assert self._process.stdin
        assert self._process.stdout
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        self._process.stdout.close()

    def loaded(self, seconds: float) -> dict[str, Any]:
        """Wait until the file is loaded.

        Returns
        -------
        dict
            ``functions``, the names that are there, or ``raised`` with ``kind``, ``text`` and ``line``.

        Raises
        ------
        EndedError
            If the process ends, or has not loaded it after so many seconds.
        """
        return self._answer(seconds)

    def call(self, name: str, arguments: Sequence[Any], seconds: float) -> dict[str, Any]:
        """Call a function of the file.

        Returns
        -------
        dict
            ``results``, each with ``dtype``, ``shape`` and ``numbers``, or its ``type``; ``several``, whether they
            came as a tuple; and ``changed``, the positions of arguments that the function changed. Or ``raised``,
            or ``takes``: the arguments of a function that takes others.

        Raises
        ------
        EndedError
            If the process ends, or has not answered after so many seconds.
        """
        request = {"name": name, "arguments": [_portable(argument) for argument in arguments]}
        assert self._process.stdin
        with contextlib.suppress(OSError):  # it has ended, which the answer will tell
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()
        return self._answer(seconds)

    def _answer(self, seconds: float) -> dict[str, Any]:
        assert self._process.stdout
        with self._killed_after(seconds) as timed_out:
            line = self._process.stdout.readline()
        if timed_out.is_set():
            raise EndedError("it took too long", timed_out=True)
        try:
            answer = json.loads(line)
        except ValueError:
            raise EndedError(self._end()) from None
        return answer

    @contextlib.contextmanager
    def _killed_after(self, seconds: float) -> Iterator[threading.Event]:
        """Kill the process if the block takes longer: that ends the reading, on every system."""
        timed_out = threading.Event()

        def end() -> None:
            timed_out.set()
            self._kill()

        timer = threading.Timer(max(0.0, seconds), end)
        timer.start()
        try:
            yield timed_out
        finally:
            timer.cancel()
            timer.join()

    def _kill(self) -> None:
        if hasattr(os, "killpg") and self._process.poll() is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):  # what it has begun ends, too
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()

    def _end(self) -> str:
        """Say how the process has ended."""
        try:
            status = self._process.wait(timeout=1)
        except subprocess.TimeoutExpired:  # it has closed its output
            return "it closed the connection"
        if 0 <= status < WINDOWS_CRASHES:
            return f"it ended the program (exit status {status})"
        with contextlib.suppress(ValueError):
            return f"it crashed ({signal.Signals(-status).name})"
        return f"it crashed (signal {-status})"

    def _listen(self) -> None:
        """Read what the file prints, so that it never waits for that; keep the beginning."""
        assert self._process.stderr
        with self._process.stderr as stream:
            while block := stream.read1(1 << 16):  # type: ignore[attr-defined]
                if len(self.printed) < MOST_PRINTED:
                    self.printed = (self.printed + block.decode("utf-8", "replace"))[:MOST_PRINTED]


def _portable(argument: Any) -> Any:
    """Write an argument for JSON."""
    if not isinstance(argument, np.ndarray):
        return argument
    return {"dtype": str(argument.dtype), "shape": argument.shape, "numbers": argument.ravel().tolist()}
