"""What runs in the other process of `digitgui.work.separate_process`: no window, no Qt, nothing printed."""

import contextlib
import io
import os
import pickle
import signal
import sys
import threading
from typing import IO, Any

import numpy as np

from model.large_arrays import file_of, mapped

NICENESS = 10
PROGRESS_STEP = 0.01


def main() -> None:
    """Read a function with its arguments from standard input, and write what becomes of it to standard output.

    What is written are pairs: any number of ``("progress", step)``, then ``("done", result)`` or
    ``("failed", error)``.
    """
    out = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever a library prints is not for the pipe
    if hasattr(os, "nice"):
        os.nice(NICENESS)  # the window comes first
    try:
        function, arguments, reports = read_message(sys.stdin.buffer)
        threading.Thread(target=_end_with_parent, daemon=True).start()
        keywords = {"on_progress": _Reporter(out)} if reports else {}
        write_message(out, ("done", function(*arguments, **keywords)))
    except Exception as error:  # whatever it is, the one who asked must hear of it
        write_message(out, ("failed", _portable(error)))
    _end(0)  # at once: a thread still waits for the end of the parent


def write_message(stream: IO[bytes], content: object) -> None:
    """Write any object; the memory of its arrays goes out as it is, without holding up other threads."""
    buffers: list[memoryview] = []
    data = io.BytesIO()
    _Pickler(data, pickle.HIGHEST_PROTOCOL, buffer_callback=lambda it: buffers.append(it.raw())).dump(content)
    parts = [data.getbuffer(), *buffers]
    pickle.dump([part.nbytes for part in parts], stream)
    for part in parts:
        stream.write(part)
    stream.flush()


class _Pickler(pickle.Pickler):
    """Of an array that is mapped from a file, it writes only the name of that."""

    def reducer_override(self, content: object) -> Any:
        if isinstance(content, np.ndarray) and (file := file_of(content)):
            return mapped, (file,)
        return NotImplemented


def read_message(stream: IO[bytes]) -> Any:
    """Read what `write_message` wrote, or raise EOFError where it breaks off."""
    parts = [_read(stream, size) for size in pickle.load(stream)]
    return pickle.loads(parts[0], buffers=parts[1:])


def _read(stream: IO[bytes], size: int) -> bytearray:
    block = bytearray(size)
    if stream.readinto(block) < size:  # type: ignore[attr-defined]
        raise EOFError
    return block


class _Reporter:
    """Writes how far the work has come: a share a hundred times at most, anything else as it comes."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._last = -PROGRESS_STEP

    def __call__(self, step: object) -> None:
        if isinstance(step, float):
            if step - self._last < PROGRESS_STEP:
                return
            self._last = step
        write_message(self._out, ("progress", step))


def _portable(error: Exception) -> Exception:
    """Return the error itself, or its words where it could not be read again."""
    with contextlib.suppress(Exception):
        pickle.loads(pickle.dumps(error))
        return error
    return RuntimeError(f"{type(error).__name__}: {error}")


def _end_with_parent() -> None:
    """End at once when the parent is gone: nothing more is written to standard input before that."""
    sys.stdin.buffer.read()
    _end(1)


def _end(status: int) -> None:
    """End, and let the processes that this one has begun end with it."""
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGTERM)  # which joblib's own cleaner outlives, until it has cleaned up
    os._exit(status)
