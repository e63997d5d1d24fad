"""Data sets that count as too many for memory, although they are small."""

from pathlib import Path

import pytest

from model import large_arrays

__all__ = ["count_as_large", "kept_files", "left_files"]


def count_as_large(patch: pytest.MonkeyPatch, least: int = 1000, piece: int = 60_000) -> None:
    """Let arrays of more than so many bytes lie in files, and be used so many bytes at a time."""
    patch.setattr(large_arrays, "LARGE_BYTES", least)
    patch.setattr(large_arrays, "PIECE_BYTES", piece)


def kept_files() -> list[Path]:
    """List the pictures that are kept for the next time."""
    return sorted(large_arrays.cache_folder().glob("*.npy"))


def left_files() -> list[Path]:
    """List what should be gone when nothing uses it any more."""
    return sorted(large_arrays.cache_folder().glob(f"*{large_arrays.PART}"))
