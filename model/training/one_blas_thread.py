"""Limits BLAS to one thread while a network learns, and while it answers a few pictures."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from threadpoolctl import ThreadpoolController

__all__ = ["one_blas_thread"]

_BLAS = ThreadpoolController()
_LOCK = threading.Lock()
_found: list[Any] = []
"""The state found by each holder of the limit; only the first found the original one."""


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Hold BLAS to one thread in the whole process; the last holder restores what the first found.

    The same seed then gives the same bits on any number of cores, and our own threads have a core each.
    """
    with _LOCK:
        _take_control()
        _found.append(_BLAS.limit(limits=1, user_api="blas"))  # each, whatever others have set meanwhile
    try:
        yield
    finally:
        with _LOCK:
            limit = _found.pop()
            if not _found:
                _take_control()
                limit.restore_original_limits()


def _take_control() -> None:
    """Let this thread set the limit.

    Since its version 3.8, threadpoolctl silently ignores all threads but the first that set a limit of OpenBLAS,
    for as long as that one lives.
    """
    for library in _BLAS.lib_controllers:
        if hasattr(library, "clear_controlling_thread"):
            library.clear_controlling_thread(force=True)
