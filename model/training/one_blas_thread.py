"""Limits BLAS to one thread while a network learns."""

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
        _found.append(_BLAS.limit(limits=1, user_api="blas"))  # each, whatever others have set meanwhile
    try:
        yield
    finally:
        with _LOCK:
            limit = _found.pop()
            if not _found:
                limit.restore_original_limits()
