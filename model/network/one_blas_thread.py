"""Limits BLAS to one thread while a network learns, and while it answers."""

import threading
from contextlib import ContextDecorator
from functools import cache
from typing import ClassVar

from threadpoolctl import ThreadpoolController

__all__ = ["one_blas_thread", "small_products_are_fast"]

_BLAS = ThreadpoolController().select(user_api="blas").lib_controllers
_LOCK = threading.Lock()
WITH_SMALL_PRODUCTS = {"SkylakeX", "Cooperlake", "Sapphirerapids"}
"""OpenBLAS' names of processors for which it has kernels that multiply small matrices without copying them."""


class one_blas_thread(ContextDecorator):  # noqa: N801  it is used like a function
    """Hold BLAS to one thread in the whole process; the last holder restores what the first found.

    The same seed then gives the same bits on any number of cores, and our own threads have a core each.
    """

    _holders = 0
    _before: ClassVar[list[int]] = []
    """How many threads each BLAS had when the first holder came."""

    def __enter__(self) -> None:
        limit = one_blas_thread
        with _LOCK:
            if not limit._holders:
                limit._before = [library.get_num_threads() for library in _BLAS]
            limit._holders += 1
            _limit([1] * len(_BLAS))  # again for each holder, whatever others have set meanwhile

    def __exit__(self, *_exc: object) -> None:
        limit = one_blas_thread
        with _LOCK:
            limit._holders -= 1
            if not limit._holders:
                _limit(limit._before)


@cache
def small_products_are_fast() -> bool:
    """Return whether this BLAS multiplies many small matrices faster than one large one of the same numbers."""
    return any(getattr(library, "architecture", None) in WITH_SMALL_PRODUCTS for library in _BLAS)


def _limit(threads: list[int]) -> None:
    """Set the threads of each BLAS, in microseconds: threadpoolctl's own limits take longer than an answer.

    Since its version 3.8, its usual setter ignores all threads but the first that sets a limit of OpenBLAS.
    """
    for library, count in zip(_BLAS, threads, strict=True):
        if library.get_num_threads() != count:
            getattr(library, "_real_set_num_threads", library.set_num_threads)(count)
