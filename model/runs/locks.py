"""Locks that end with the program that holds them."""

from pathlib import Path

__all__ = ["is_held"]


def is_held(file: Path) -> bool:
    """Return whether a running program, this or another, holds a lock; looking makes no file."""
    if not file.exists():
        return False
    import filelock  # noqa: PLC0415  a window that starts locks nothing

    lock = filelock.FileLock(file)
    try:
        lock.acquire(blocking=False)
    except filelock.Timeout:
        return True
    except OSError:
        return False
    lock.release()
    return False
