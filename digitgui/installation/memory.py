"""Gives memory back to the system, which the C library of Linux would rather keep for later."""

import ctypes
import sys

__all__ = ["give_memory_back"]

ARENA_MAX, MMAP_THRESHOLD = -8, -3
"""Parameters of ``mallopt`` in glibc's ``malloc.h``."""
MOST_ARENAS = 2
OF_ITS_OWN_BYTES = 1 << 20
"""What is at least so large is asked from the system, and given back, by itself."""


def give_memory_back() -> None:
    """Let glibc give large arrays back as soon as they are freed; does nothing where there is another library.

    Call it before other threads begin. By itself, glibc has eight heaps for each core, one for each thread, and
    puts arrays of up to 32 MB into them as soon as one of that size has been freed: small things that are left
    between them then keep the whole. A window that used 100 MB held 500 after some thousand actions.

    Notes
    -----
    See `mallopt(3)`. Training takes no longer, since its arrays live as long as the network.
    """
    if not sys.platform.startswith("linux"):
        return
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):  # musl
        return
    mallopt(ARENA_MAX, MOST_ARENAS)
    mallopt(MMAP_THRESHOLD, OF_ITS_OWN_BYTES)
