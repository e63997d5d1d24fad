"""One thread of BLAS, for as long as anybody learns."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from threadpoolctl import ThreadpoolController

__all__ = ["one_blas_thread"]

_BLAS = ThreadpoolController()
_LOCK = threading.Lock()
_found: list[Any] = []
"""What each who holds the limit has found; only the first found what was there before."""


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Hold BLAS to one thread in the whole process; the last who leaves gives back what the first has found.

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
